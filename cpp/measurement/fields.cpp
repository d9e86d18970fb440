#include "measurement/fields.hpp"

#include "measurement/field_travel.hpp"

namespace latpred {
namespace {

constexpr bool known = false;   // in every row
constexpr bool unknown = true;  // or not

}  // namespace

std::span<const Field<NetworkResult>> row_fields() {
    using fields::kept;
    using R = NetworkResult;
    static constexpr std::array table = {
        kept<&R::index>("index", "", known, "Number in the campaign."),
        kept<&R::name>("name", "", known, "Name of the network."),
        kept<&R::status>("status", "", known,
                         "How it ended: labelled, converged, budget, drift, suspect or failed."),
        kept<&R::reason>("reason", "", known, "Why it failed or did not converge."),
        kept<&R::latency_ms>("latency_ms", "ms", unknown,
                             "Latency of one run; NaN where the network failed."),
        kept<&R::low_ms>("low_ms", "ms", unknown,
                         "Lower end of the interval, the least of all visits with drift; NaN "
                         "with too few visits."),
        kept<&R::high_ms>("high_ms", "ms", unknown,
                          "Upper end of the interval, the largest of all visits with drift; NaN "
                          "with too few visits."),
        kept<&R::cpu_ms>("cpu_ms", "ms", unknown,
                         "Median CPU time of one run; drift of the machine is not taken out."),
        kept<&R::p90_ms>("p90_ms", "ms", unknown,
                         "90th percentile of the undisturbed samples, each a mean of "
                         "runs_per_sample runs, at the speed that the machine had at the time; "
                         "NaN from fewer than 64."),
        kept<&R::ratio>("ratio", "", unknown, "Latency divided by that of the reference."),
        kept<&R::ratio_low>("ratio_low", "", unknown, "Lower end of the ratio's interval."),
        kept<&R::ratio_high>("ratio_high", "", unknown, "Upper end of the ratio's interval."),
        kept<&R::reference>("reference", "", known, "Number of the reference."),
        kept<&R::correlation>("correlation", "", unknown,
                              "Correlation of neighbouring visits, which the interval allows for."),
        kept<&R::time>("time", "", known, "Time that the ratio is made of: wall, cpu or any-wall."),
        kept<&R::visits>("visits", "", known, "Visits that the latency rests on."),
        kept<&R::clean_visits>("clean_visits", "", known, "Visits that nothing disturbed."),
        kept<&R::apart_visits>("apart_visits", "", known,
                               "Visits kept apart: the references changed during their sweep, or "
                               "between it and those that the latency rests on."),
        Field<R>{"fallback_share", "real", "", unknown, "Share of visits without a clean value.",
                 [](const R& row) -> FieldValue { return row.fallback_share(); }, nullptr},
        Field<R>{"half_width_percent", "real", "%", unknown,
                 "Half width of the ratio's interval, on which the effort sets a limit; low_ms and "
                 "high_ms contain the uncertainty of the reference's milliseconds, too.",
                 [](const R& row) -> FieldValue { return row.half_width_percent(); }, nullptr},
        kept<&R::samples>("samples", "", known, "Timed samples of these visits."),
        kept<&R::clean_samples>("clean_samples", "", known, "Samples that nothing disturbed."),
        kept<&R::runs_per_sample>("runs_per_sample", "", known, "Runs in one sample."),
        Field<R>{"attempted", "boolean", "", known,
                 "Whether the network was built or visited before the time ran out.",
                 [](const R& row) -> FieldValue { return row.attempted(); }, nullptr},
    };
    return table;
}

std::span<const Field<ReferenceResult>> reference_fields() {
    using fields::kept;
    using R = ReferenceResult;
    static constexpr std::array table = {
        kept<&R::name>("name", "", known, "Name of the reference."),
        kept<&R::latency_ms>("latency_ms", "ms", unknown, "Latency over the whole campaign."),
        kept<&R::low_ms>("low_ms", "ms", unknown, "Lower end of the interval."),
        kept<&R::high_ms>("high_ms", "ms", unknown, "Upper end of the interval."),
        kept<&R::time>("time", "", known, "Time that it is made of: wall, cpu or any-wall."),
        kept<&R::calm>("calm", "", known, "Whether it rests on calm sweeps only."),
        kept<&R::legs>("legs", "", known, "Legs that count."),
        kept<&R::clean_legs>("clean_legs", "", known, "Legs that have an undisturbed time."),
    };
    return table;
}

std::span<const Field<Campaign>> campaign_fields() {
    using fields::kept;
    using C = Campaign;
    static constexpr std::array table = {
        kept<&C::clean_fraction>("clean_fraction", "", unknown,
                                 "Undisturbed share of all samples."),
        kept<&C::calibrated>("calibrated", "", known,
                             "Whether the milliseconds rest on calm sweeps."),
        kept<&C::changes>("changes", "", known,
                          "Times that the references changed against each other for good."),
        kept<&C::quarantined>("quarantined", "", known,
                              "Sweeps during which the references changed."),
        kept<&C::wall_seconds>("wall_seconds", "s", known, "Wall time of the campaign."),
        kept<&C::cpu_seconds>("cpu_seconds", "s", known, "CPU time of the campaign."),
        kept<&C::estimated_values>("estimated_values", "", known,
                                   "Values that went into the estimates of the references; grows "
                                   "linearly with the steps."),
        kept<&C::warnings>("warnings", "", known, "What the user should know, in sentences."),
    };
    return table;
}

}  // namespace latpred
