// Records of campaigns, and the simulation of the stop rule.
#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/measurement.hpp"
#include "measurement/simulation.hpp"

namespace latpred::bindings {
namespace {

py::tuple leg_fields(const LegRecord& record) {
    const Leg& leg = record.leg;
    return py::make_tuple(record.subject, leg.clean_ms, leg.fallback_ms, leg.cpu_ms, leg.samples,
                          leg.clean_samples, leg.clean_times_ms);
}

/// Records of earlier versions have no times of single samples.
LegRecord leg_from(const py::handle& fields) {
    auto all = fields.cast<py::tuple>();
    if (all.size() == 6)
        all = py::tuple(all + py::make_tuple(py::tuple()));
    const auto [subject, clean, fallback, cpu, samples, clean_samples, times] =
        all.cast<std::tuple<int, double, double, double, int, int, std::vector<double>>>();
    return {subject, {clean, fallback, cpu, samples, clean_samples, times}};
}

/// What a store hands over, perhaps damaged: DataError naming the field.
template <class T>
T field_of(const py::dict& fields, const char* name) {
    try {
        if (fields.contains(name))
            return fields[name].cast<T>();
    } catch (const py::cast_error&) {  // NOLINT(bugprone-empty-catch): told below
    } catch (const ConfigError&) {     // NOLINT(bugprone-empty-catch): an integer out of range
    }
    throw DataError(message("visit record: field '", name, "' is missing or of another kind"));
}

std::vector<LegRecord> legs_of(const py::dict& fields) {
    std::vector<LegRecord> legs;
    for (const py::object& leg : field_of<std::vector<py::object>>(fields, "legs")) {
        try {
            if (!py::isinstance<py::sequence>(leg))
                throw py::cast_error("no sequence");
            legs.push_back(leg_from(leg));
        } catch (const py::cast_error&) {
            throw DataError(message("visit record: leg ", legs.size(), ": seven numbers expected"));
        } catch (const ConfigError&) {
            throw DataError(message("visit record: leg ", legs.size(), ": a number out of range"));
        }
    }
    return legs;
}

py::dict record_fields(const VisitRecord& record) {
    py::list legs;
    for (const LegRecord& leg : record.legs)
        legs.append(leg_fields(leg));
    py::dict fields;
    fields["kind"] = std::string(to_string(record.kind));
    fields["sequence"] = record.sequence;
    fields["network"] = record.network;
    fields["name"] = record.name;
    fields["group"] = record.group;
    fields["sweep"] = record.sweep;
    fields["number"] = record.number;
    fields["runs_per_sample"] = record.runs_per_sample;
    fields["reference_runs"] = record.reference_runs;
    fields["shared"] = record.shared;
    fields["legs"] = legs;
    fields["seconds"] = record.seconds;
    fields["cpu_seconds"] = record.cpu_seconds;
    fields["pressure"] = record.pressure;
    fields["reason"] = record.reason;
    return fields;
}

VisitRecord record_from(const py::dict& fields) {
    const auto get = [&](const char* name, auto& value) {
        value = field_of<std::remove_reference_t<decltype(value)>>(fields, name);
    };
    VisitRecord record;
    record.kind = record_kind(field_of<std::string>(fields, "kind"));
    get("sequence", record.sequence);
    get("network", record.network);
    get("name", record.name);
    get("group", record.group);
    get("sweep", record.sweep);
    get("number", record.number);
    get("runs_per_sample", record.runs_per_sample);
    get("reference_runs", record.reference_runs);
    get("shared", record.shared);
    record.legs = legs_of(fields);
    get("seconds", record.seconds);
    get("cpu_seconds", record.cpu_seconds);
    get("pressure", record.pressure);
    get("reason", record.reason);
    return record;
}

py::dict simulate(const std::string& noise_kind, double scale, const std::string& effort_name,
                  int runs, std::uint64_t seed) {
    SimulationResult result;
    {
        const Cancellable cancellable;
        PythonMonitor monitor(std::nullopt);
        result = simulate_stop_rule({noise_kind, scale}, effort(effort_name), runs, seed, monitor);
    }
    py::dict fields;
    fields["coverage"] = result.coverage;
    fields["converged"] = result.converged;
    fields["far"] = result.far;
    fields["mean_visits"] = result.mean_visits;
    fields["p95_visits"] = result.p95_visits;
    return fields;
}

}  // namespace

void bind_measurement_records(py::module_& m) {
    py::class_<VisitRecord>(m, "VisitRecord", "One step of a campaign.")
        .def_property_readonly(
            "kind", [](const VisitRecord& r) { return std::string(to_string(r.kind)); },
            "visit, sentinel, failure or timeout.")
        .def_readonly("sequence", &VisitRecord::sequence, "Number in the campaign, from 0.")
        .def_readonly("network", &VisitRecord::network, "Number of the network.")
        .def_readonly("name", &VisitRecord::name, "Of the network.")
        .def_readonly("group", &VisitRecord::group)
        .def_readonly("sweep", &VisitRecord::sweep, "Of the group.")
        .def_readonly("number", &VisitRecord::number, "Visits that the network had had.")
        .def_readonly("seconds", &VisitRecord::seconds, "Wall time of the campaign at the end.")
        .def_readonly("reason", &VisitRecord::reason, "Of a failure.")
        .def("fields", &record_fields,
             "All as plain values; legs as (subject, clean_ms, fallback_ms, cpu_ms, samples,\n"
             "clean_samples, clean_times_ms), the subject -1 for the network, else the reference's "
             "number.")
        .def_static("from_fields", &record_from, py::arg("fields"),
                    "The record of which `fields` are the values; DataError for another kind.");
    m.def("noise_kinds", &noise_kinds, "Kinds of noise that can be simulated.");
    m.def(
        "noise",
        [](const std::string& kind, double scale, std::size_t count, std::uint64_t seed,
           std::uint64_t run) { return noise({kind, scale}, count, seed, run); },
        py::arg("kind"), py::arg("scale"), py::arg("count"), py::arg("seed") = 0,
        py::arg("run") = 0, "Values in the order of time, of median 0.");
    m.def("simulate_stop_rule", &simulate, py::arg("kind"), py::arg("scale"),
          py::arg("effort") = "default", py::arg("runs") = 2000, py::arg("seed") = 0,
          "Coverage, share converged, share off by more than the precision, visits.");
    m.def(
        "serial_median_interval",
        [](const std::vector<double>& values, double alpha) {
            const Interval found = serial_median_interval(values, alpha);
            return py::make_tuple(found.low, found.high);
        },
        py::arg("values"), py::arg("alpha"),
        "Interval of the median of values in the order of time.");
    m.def(
        "serial_correlation",
        [](const std::vector<double>& values) { return serial_correlation(values); },
        py::arg("values"), "Robust correlation of neighbours, from 0.");
}

}  // namespace latpred::bindings
