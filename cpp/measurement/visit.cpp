#include "measurement/visit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
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

/// The subjects that the legs of a record of this kind must have.
bool subjects_fit(const VisitRecord& record, std::size_t references) {
    std::vector<int> subjects;
    for (const LegRecord& leg : record.legs)
        subjects.push_back(leg.subject);
    const auto count = static_cast<int>(references);
    if (record.kind == RecordKind::visit) {
        if (subjects.size() != 3 || subjects[0] != subjects[2])
            return false;
        const auto [least, most] = std::minmax(subjects[0], subjects[1]);
        return least == the_network && most >= 0 && most < count;
    }
    if (record.kind != RecordKind::sentinel)
        return subjects.empty();
    std::ranges::sort(subjects);
    std::vector<int> all(references);
    std::iota(all.begin(), all.end(), 0);
    return subjects == all;
}

bool has_time(const Leg& leg) {
    const auto positive = [](double ms) { return ms > 0.0 && std::isfinite(ms); };
    return positive(leg.fallback_ms) && std::isfinite(leg.cpu_ms) && leg.samples > 0 &&
           leg.samples <= most_samples && (std::isnan(leg.clean_ms) || positive(leg.clean_ms)) &&
           leg.clean_samples >= 0 && leg.clean_samples <= leg.samples &&
           std::ranges::all_of(leg.clean_times_ms, positive) &&
           (leg.clean_times_ms.empty() ||
            leg.clean_times_ms.size() == static_cast<std::size_t>(leg.clean_samples));
}

}  // namespace

bool runs_fit(const VisitRecord& record, std::size_t references) {
    const auto possible = [](int runs) { return runs >= 1 && runs <= most_runs; };
    return possible(record.runs_per_sample) &&
           std::ranges::all_of(record.reference_runs, possible) &&
           (record.reference_runs.empty() || record.reference_runs.size() == references);
}

bool times_fit(const VisitRecord& record) {
    const auto duration = [](double s) { return s >= 0.0 && std::isfinite(s); };
    return duration(record.seconds) && duration(record.cpu_seconds) &&
           (std::isnan(record.pressure) || duration(record.pressure));
}

void check_record(const VisitRecord& record, std::size_t references) {
    const bool timed =
        std::ranges::all_of(record.legs, [](const LegRecord& leg) { return has_time(leg.leg); });
    if (!timed || !subjects_fit(record, references) || !runs_fit(record, references) ||
        !times_fit(record)) {
        throw DataError(message("visit record ", record.sequence, " (", to_string(record.kind),
                                ", network ", record.network, ") is damaged: legs with times of ",
                                "the network and of one of ", references,
                                " references were expected"));
    }
}

std::string_view to_string(RecordKind kind) {
    return std::ranges::find(kinds, kind, &std::pair<RecordKind, std::string_view>::first)->second;
}

Visit to_visit(const VisitRecord& record) {
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
        const std::vector<double>& times = leg.leg.clean_times_ms;
        visit.clean_times_ms.insert(visit.clean_times_ms.end(), times.begin(), times.end());
    }
    visit.timed_ms = visit.cpu_ms * visit.samples * record.runs_per_sample;
    return visit;
}

}  // namespace latpred
