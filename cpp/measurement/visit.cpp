#include "measurement/visit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::array<std::pair<RecordKind, std::string_view>, 4> kinds = {{
    {RecordKind::visit, "visit"},
    {RecordKind::sentinel, "sentinel"},
    {RecordKind::failure, "failure"},
    {RecordKind::timeout, "timeout"},
}};

}  // namespace

std::string_view to_string(RecordKind kind) {
    return std::ranges::find(kinds, kind, &std::pair<RecordKind, std::string_view>::first)->second;
}

RecordKind record_kind(std::string_view name) {
    const auto* found =
        std::ranges::find(kinds, name, &std::pair<RecordKind, std::string_view>::second);
    if (found == kinds.end()) {
        throw DataError(message("visit record: kind '", name,
                                "' is unknown, expected visit, sentinel, failure or timeout"));
    }
    return found->first;
}

Visit to_visit(const VisitRecord& record) {
    if (record.legs.size() != 3) {
        throw DataError(message("visit record ", record.sequence, " has ", record.legs.size(),
                                " legs, expected 3"));
    }
    const Leg& first = record.legs[0].leg;
    const Leg& middle = record.legs[1].leg;
    const Leg& last = record.legs[2].leg;
    const bool inside = record.legs[1].subject == the_network;
    const auto log_ratio = [&](double Leg::* time) {
        const double log =
            std::log(middle.*time) - 0.5 * (std::log(first.*time) + std::log(last.*time));
        return inside ? log : -log;
    };
    Visit visit;
    visit.log_clean = log_ratio(&Leg::clean_ms);
    visit.log_fallback = log_ratio(&Leg::fallback_ms);
    visit.cpu_ms = inside ? middle.cpu_ms : 0.5 * (first.cpu_ms + last.cpu_ms);
    for (const LegRecord& leg : record.legs) {
        if (leg.subject != the_network)
            continue;
        visit.samples += leg.leg.samples;
        visit.clean_samples += leg.leg.clean_samples;
    }
    visit.timed_ms = visit.cpu_ms * visit.samples * record.runs_per_sample;
    return visit;
}

}  // namespace latpred
