// Results of campaigns.
#include "base/text.hpp"
#include "bindings/measurement.hpp"

namespace latpred::bindings {
namespace {

template <class Class>
void bind_row_counts(Class& row) {
    row.def_readonly("visits", &NetworkResult::visits, "Times visited.")
        .def_readonly("clean_visits", &NetworkResult::clean_visits, "Visits without disturbance.")
        .def_readonly("dropped_visits", &NetworkResult::dropped_visits,
                      "Visits of sweeps in which the references changed; they do not count.")
        .def_property_readonly("fallback_share", &NetworkResult::fallback_share,
                               "Of the visits, those without a clean value.")
        .def_property_readonly("half_width_percent", &NetworkResult::half_width_percent,
                               "Of the interval of the ratio.")
        .def_readonly("samples", &NetworkResult::samples)
        .def_readonly("clean_samples", &NetworkResult::clean_samples)
        .def_readonly("runs_per_sample", &NetworkResult::runs_per_sample)
        .def("__repr__", [](const NetworkResult& r) {
            return message("NetworkResult(", r.name, ": ", r.latency_ms, " ms [", r.low_ms, ", ",
                           r.high_ms, "], ", to_string(r.status), ")");
        });
}

}  // namespace

void bind_measurement_rows(py::module_& m) {
    py::class_<NetworkResult> row(m, "NetworkResult", "One row of a campaign.");
    row.def_readonly("index", &NetworkResult::index, "Number in the campaign.")
        .def_readonly("name", &NetworkResult::name)
        .def_property_readonly(
            "status", [](const NetworkResult& r) { return std::string(to_string(r.status)); },
            "converged, budget, drift, suspect or failed.")
        .def_readonly("reason", &NetworkResult::reason, "Why it failed or did not converge.")
        .def_readonly("latency_ms", &NetworkResult::latency_ms, "Of one run; NaN if failed.")
        .def_readonly("low_ms", &NetworkResult::low_ms, "NaN where visits are too few.")
        .def_readonly("high_ms", &NetworkResult::high_ms, "NaN where visits are too few.")
        .def_readonly("cpu_ms", &NetworkResult::cpu_ms, "Median CPU time, not freed of drift.")
        .def_readonly("p90_ms", &NetworkResult::p90_ms,
                      "90th percentile of the undisturbed samples, each a mean of\n"
                      "runs_per_sample runs, not freed of drift; NaN from fewer than 64.")
        .def_readonly("ratio", &NetworkResult::ratio, "To its reference.")
        .def_readonly("ratio_low", &NetworkResult::ratio_low)
        .def_readonly("ratio_high", &NetworkResult::ratio_high)
        .def_readonly("reference", &NetworkResult::reference, "Number of its reference.")
        .def_readonly("correlation", &NetworkResult::correlation,
                      "Of neighbouring visits; the interval allows for it.")
        .def_property_readonly(
            "time", [](const NetworkResult& r) { return std::string(to_string(r.time)); },
            "What the ratio rests on: wall, cpu or any-wall.");
    bind_row_counts(row);
    py::class_<ReferenceResult>(m, "ReferenceResult", "A reference over the campaign.")
        .def_readonly("name", &ReferenceResult::name)
        .def_readonly("latency_ms", &ReferenceResult::latency_ms)
        .def_readonly("low_ms", &ReferenceResult::low_ms)
        .def_readonly("high_ms", &ReferenceResult::high_ms)
        .def_property_readonly(
            "time", [](const ReferenceResult& r) { return std::string(to_string(r.time)); })
        .def_readonly("calm", &ReferenceResult::calm, "Whether it rests on calm sweeps only.")
        .def_readonly("legs", &ReferenceResult::legs)
        .def_readonly("clean_legs", &ReferenceResult::clean_legs);
    py::class_<Campaign>(m, "Campaign", "All rows of a campaign, in the caller's order.")
        .def_readonly("rows", &Campaign::rows)
        .def_readonly("references", &Campaign::references, "From small to large.")
        .def_property_readonly(
            "reference",
            [](const Campaign& c) { return c.references[main_reference(c.references.size())]; },
            "The one that sets the scale.")
        .def_readonly("clean_fraction", &Campaign::clean_fraction, "Of all samples.")
        .def_readonly("calibrated", &Campaign::calibrated,
                      "Whether the milliseconds rest on calm sweeps.")
        .def_readonly("changes", &Campaign::changes,
                      "Times that the references changed against each other for good.")
        .def_readonly("quarantined", &Campaign::quarantined, "Sweeps that do not count.")
        .def_readonly("wall_seconds", &Campaign::wall_seconds)
        .def_readonly("cpu_seconds", &Campaign::cpu_seconds)
        .def_readonly("estimated_values", &Campaign::estimated_values,
                      "That went into estimates of the references: linear in the campaign's steps.")
        .def_readonly("warnings", &Campaign::warnings);
}

}  // namespace latpred::bindings
