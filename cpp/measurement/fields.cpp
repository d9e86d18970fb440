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
        kept<&R::name>("name", "", known, "Of the network."),
        kept<&R::status>("status", "", known, "converged, budget, drift, suspect or failed."),
        kept<&R::reason>("reason", "", known, "Why it failed or did not converge."),
        kept<&R::latency_ms>("latency_ms", "ms", unknown, "Of one run; NaN where it failed."),
        kept<&R::low_ms>("low_ms", "ms", unknown, "NaN where visits are too few."),
        kept<&R::high_ms>("high_ms", "ms", unknown, "NaN where visits are too few."),
        kept<&R::cpu_ms>("cpu_ms", "ms", unknown,
                         "Median CPU time of one run, not freed of drift."),
        kept<&R::p90_ms>("p90_ms", "ms", unknown,
                         "90th percentile of the undisturbed samples, each a mean of "
                         "runs_per_sample runs, at the speed that the machine had at the time; "
                         "NaN from fewer than 64."),
        kept<&R::ratio>("ratio", "", unknown, "Latency over that of its reference."),
        kept<&R::ratio_low>("ratio_low", "", unknown, "Lower end of the ratio's interval."),
        kept<&R::ratio_high>("ratio_high", "", unknown, "Upper end of the ratio's interval."),
        kept<&R::reference>("reference", "", known, "Number of its reference."),
        kept<&R::correlation>("correlation", "", unknown,
                              "Of neighbouring visits; the interval allows for it."),
        kept<&R::time>("time", "", known, "What the ratio rests on: wall, cpu or any-wall."),
        kept<&R::visits>("visits", "", known, "Visits that count."),
        kept<&R::clean_visits>("clean_visits", "", known, "Visits without disturbance."),
        kept<&R::dropped_visits>(
            "dropped_visits", "", known,
            "Visits of sweeps in which the references changed; they do not count."),
        Field<R>{"fallback_share", "real", "", unknown, "Share of visits without a clean value.",
                 [](const R& row) -> FieldValue { return row.fallback_share(); }, nullptr},
        Field<R>{"half_width_percent", "real", "%", unknown,
                 "Of the interval of the ratio, which the effort asks for; low_ms and high_ms "
                 "hold the uncertainty of the reference's milliseconds, too.",
                 [](const R& row) -> FieldValue { return row.half_width_percent(); }, nullptr},
        kept<&R::samples>("samples", "", known, "Timed samples of the visits that count."),
        kept<&R::clean_samples>("clean_samples", "", known, "Those that nothing disturbed."),
        kept<&R::runs_per_sample>("runs_per_sample", "", known, "Runs in one sample."),
        Field<R>{"attempted", "boolean", "", known,
                 "Whether it was built or visited at all; not where the time ran out before.",
                 [](const R& row) -> FieldValue { return row.attempted(); }, nullptr},
    };
    return table;
}

std::span<const Field<ReferenceResult>> reference_fields() {
    using fields::kept;
    using R = ReferenceResult;
    static constexpr std::array table = {
        kept<&R::name>("name", "", known, "Of the reference."),
        kept<&R::latency_ms>("latency_ms", "ms", unknown, "Over the whole campaign."),
        kept<&R::low_ms>("low_ms", "ms", unknown, "Lower end of its interval."),
        kept<&R::high_ms>("high_ms", "ms", unknown, "Upper end of its interval."),
        kept<&R::time>("time", "", known, "What it rests on: wall, cpu or any-wall."),
        kept<&R::calm>("calm", "", known, "Whether it rests on calm sweeps only."),
        kept<&R::legs>("legs", "", known, "Legs that count."),
        kept<&R::clean_legs>("clean_legs", "", known, "Legs with an undisturbed time."),
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
        kept<&C::quarantined>("quarantined", "", known, "Sweeps that do not count."),
        kept<&C::wall_seconds>("wall_seconds", "s", known, "Wall time of the campaign."),
        kept<&C::cpu_seconds>("cpu_seconds", "s", known, "CPU time of the campaign."),
        kept<&C::estimated_values>(
            "estimated_values", "", known,
            "Values that went into estimates of the references: linear in the campaign's steps."),
        kept<&C::warnings>("warnings", "", known, "What the user should know, in sentences."),
    };
    return table;
}

}  // namespace latpred
