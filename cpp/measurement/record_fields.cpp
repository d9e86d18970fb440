#include "measurement/field_travel.hpp"
#include "measurement/fields.hpp"

namespace latpred {

std::span<const Field<VisitRecord>> record_fields() {
    using fields::kept;
    using R = VisitRecord;
    constexpr bool known = false;
    constexpr bool unknown = true;
    static constexpr std::array table = {
        kept<&R::kind>("kind", "", known, "visit, sentinel, failure or timeout."),
        kept<&R::sequence>("sequence", "", known, "Number in the campaign, from 0."),
        kept<&R::network>("network", "", known, "Number of the network."),
        kept<&R::name>("name", "", known, "Of the network."),
        kept<&R::group>("group", "", known, "Number of the group of networks."),
        kept<&R::sweep>("sweep", "", known, "Of the group."),
        kept<&R::number>("number", "", known, "Visits that the network had had."),
        kept<&R::runs_per_sample>("runs_per_sample", "", known, "Runs in one sample."),
        kept<&R::reference_runs>("reference_runs", "", known,
                                 "Runs in one sample of each reference."),
        kept<&R::shared>("shared", "", known,
                         "Whether the first leg is the last one of the record before."),
        kept<&R::legs>("legs", "", known,
                       "In the order of time: (subject, clean_ms, fallback_ms, cpu_ms, samples, "
                       "clean_samples, clean_times_ms), the subject -1 for the network, else the "
                       "reference's number."),
        kept<&R::seconds>("seconds", "s", known, "Wall time of the campaign at the end."),
        kept<&R::cpu_seconds>("cpu_seconds", "s", known, "CPU time of the campaign at the end."),
        kept<&R::pressure>("pressure", "%", unknown, "Time that tasks waited for a processor."),
        kept<&R::reason>("reason", "", known, "Of a failure."),
    };
    return table;
}

}  // namespace latpred
