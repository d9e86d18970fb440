// Records of campaigns, and the simulation of the stop rule.
#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/measurement_fields.hpp"
#include "bindings/pickles.hpp"
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

std::vector<LegRecord> legs_of(const py::handle& given) {
    std::vector<LegRecord> legs;
    for (const py::object& leg : given.cast<std::vector<py::object>>()) {
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

py::object to_python(const std::vector<LegRecord>& legs) {
    py::list shown;
    for (const LegRecord& leg : legs)
        shown.append(leg_fields(leg));
    return shown;
}

FieldValue value_of(const py::handle& value, std::string_view kind, bool nullable) {
    if (value.is_none() && nullable)
        return not_measured;
    if (kind == "legs")
        return legs_of(value);
    if (kind == "integers")
        return value.cast<std::vector<std::int64_t>>();
    if (kind == "texts")
        return value.cast<std::vector<std::string>>();
    if (py::isinstance<py::bool_>(value))
        return value.cast<bool>();
    if (py::isinstance<py::int_>(value))
        return value.cast<std::int64_t>();
    if (py::isinstance<py::float_>(value))
        return value.cast<double>();
    if (!py::isinstance<py::str>(value))
        throw py::cast_error("no plain value");
    return value.cast<std::string>();
}

void bind_measurement_records(py::module_& m) {
    py::class_<VisitRecord> record(m, "VisitRecord", R"(One step of a campaign.

Example:
    >>> records = []
    >>> meter = lp.LatencyMeter(effort="dataset", reference=archs[:1])
    >>> found = meter.measure(archs[1:2], on_visit=records.append)
    >>> records[-1].kind, records[-1].network
    ('visit', 0))");
    bind_properties(record, record_fields());
    record
        .def("__repr__",
             [](const VisitRecord& r) {
                 return message("VisitRecord(", to_string(r.kind), " of ", excerpt(r.name), ", ",
                                r.legs.size(), " legs)");
             })
        .def(
            "fields", [](const VisitRecord& r) { return plain(r, record_fields()); },
            "All as plain values; see `record_fields`.")
        .def_static(
            "from_fields",
            [](const py::dict& fields) {
                return read_fields("visit record", fields, record_fields());
            },
            py::arg("fields"),
            "The record of which `fields` are the values; DataError for another kind.")
        .def(py::pickle(
            [](const VisitRecord& r) { return py::make_tuple(plain(r, record_fields())); },
            [](const py::tuple& state) {
                return read_fields("visit record", entry_of<py::dict>(state, 0), record_fields());
            }));
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
