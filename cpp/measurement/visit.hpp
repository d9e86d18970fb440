// What a campaign writes down: enough to go on from after an interruption.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "measurement/sampler.hpp"

namespace latpred {

inline constexpr int the_network = -1;

/// A leg and whose: `the_network`, or the number of a reference.
struct LegRecord {
    int subject = the_network;
    Leg leg;
};

enum class RecordKind : std::uint8_t {
    visit,     ///< a network between two legs of a reference, or the other way round
    sentinel,  ///< one leg of each reference
    failure,   ///< building or running the network threw; `reason` says what
    timeout,   ///< the time ran out before this visit
};

std::string_view to_string(RecordKind kind);

/// One step of a campaign. The records of a campaign in their order, given to another with the
/// same settings, put that one into the same state.
struct VisitRecord {
    RecordKind kind = RecordKind::visit;
    std::uint64_t sequence = 0;  ///< in the campaign, from 0
    std::uint64_t network = 0;   ///< its number; 0 for a sentinel
    std::string name;            ///< of the network
    std::uint64_t group = 0;
    std::uint64_t sweep = 0;  ///< of the group
    int number = 0;           ///< visits that the network had had
    int runs_per_sample = 1;
    std::vector<int> reference_runs;  ///< runs in a sample of each reference
    bool shared = false;              ///< the first leg is the last one of the record before
    std::vector<LegRecord> legs;      ///< in the order of time
    double seconds = 0.0;             ///< wall time of the campaign at the end
    double cpu_seconds = 0.0;         ///< CPU time of the campaign at the end
    double pressure = not_measured;   ///< percent; see Clock
    std::string reason;
};

constexpr int most_samples = 1'000'000;  ///< of a leg

/// DataError where the record cannot be of a campaign beside so many references: legs that are
/// missing, of nobody or without time; runs, samples or times out of range.
void check_record(const VisitRecord& record, std::size_t references);

/// What a visit says of its network.
struct Visit {
    double log_clean = not_measured;  ///< ln(network / reference) of clean legs; NaN if disturbed
    double log_fallback = not_measured;  ///< the same of the fallback times
    double cpu_ms = not_measured;        ///< CPU time of one run of the network
    double timed_ms = 0.0;               ///< CPU time of the network's samples
    int samples = 0;                     ///< of the network
    int clean_samples = 0;
    std::vector<double> clean_times_ms{};  ///< of the network's clean samples
};

/// Of a record of kind `visit`, which holds three legs. The outer legs are averaged in the
/// logarithm, which cancels linear drift.
Visit to_visit(const VisitRecord& record);

}  // namespace latpred
