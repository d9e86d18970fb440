// The meter: campaigns of networks measured beside references.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "measurement/reference.hpp"
#include "measurement/verdict.hpp"

namespace latpred {

/// One row of a campaign. Times in ms of one run (one batch).
struct NetworkResult {
    std::size_t index = 0;  ///< number in the campaign
    std::string name;
    Status status = Status::failed;
    std::string reason;  ///< why it failed, or which target was missed
    double latency_ms = not_measured;
    double low_ms = not_measured;  ///< NaN where there are too few visits for an interval or none
                                   ///< is wanted; the range of all visits with status `drift`
    double high_ms = not_measured;
    double cpu_ms = not_measured;
    double p90_ms = not_measured;  ///< of undisturbed samples; NaN from fewer than 64
    double ratio = not_measured;   ///< to its reference; free of the machine's drift
    double ratio_low = not_measured;
    double ratio_high = not_measured;
    std::size_t reference = 0;          ///< number of its reference
    TimeKind time = TimeKind::wall;     ///< that the ratio rests on
    double correlation = not_measured;  ///< of neighbouring visits; the interval allows for it
    int visits = 0;                     ///< that it rests on
    int clean_visits = 0;
    int apart_visits = 0;  ///< of other states of the references, or while they changed
    int samples = 0;
    int clean_samples = 0;
    int runs_per_sample = 1;

    /// Share of the visits that have no clean value.
    [[nodiscard]] double fallback_share() const;
    /// Of the interval of the ratio, in percent: what the effort asks for. The latency's interval
    /// holds the uncertainty of the reference's milliseconds, too.
    [[nodiscard]] double half_width_percent() const;
    /// Whether it was built or visited at all; not where the time ran out before its turn.
    [[nodiscard]] bool attempted() const;
};

struct Campaign {
    std::vector<NetworkResult> rows;  ///< one a network, in the caller's order
    std::vector<ReferenceResult> references;
    double clean_fraction = not_measured;  ///< of all samples
    bool calibrated = false;               ///< whether the milliseconds rest on calm sweeps
    int changes = 0;                       ///< times that the references changed against each other
    int quarantined = 0;                   ///< sweeps during which they changed
    double wall_seconds = 0.0;
    double cpu_seconds = 0.0;
    std::size_t estimated_values = 0;  ///< that went into estimates of the references, all together
    std::vector<std::string> warnings;
};

/// What happens during a campaign; called between visits on the measuring thread.
class CampaignEvents {
  public:
    CampaignEvents() = default;
    CampaignEvents(const CampaignEvents&) = delete;
    CampaignEvents& operator=(const CampaignEvents&) = delete;
    virtual ~CampaignEvents() = default;

    /// A step was measured; not called for earlier records, that were given. What is kept of
    /// these calls, in their order, is what `CampaignPlan::earlier` takes.
    virtual void visited(const VisitRecord& /*record*/) {}
    /// A network is done. Its ratio is final; its milliseconds rest on the references as measured
    /// so far and become final with the campaign. Called for earlier records too.
    virtual void finished(const NetworkResult& /*row*/, const ReferenceResult& /*reference*/) {}
};

struct MeterOptions {
    Effort effort = latpred::effort("default");
    std::uint64_t seed = 0;
    Scope scope = Scope::thread;  ///< process where networks run on more than one thread
    std::size_t group = 24;       ///< networks held in memory, and swept over, at a time
    double budget_seconds = std::numeric_limits<double>::infinity();  ///< of wall time
};

/// The options themselves; ConfigError naming the one out of range.
MeterOptions validated(MeterOptions options);

/// What to measure.
struct CampaignPlan {
    std::size_t count = 0;
    MakeRunnable make;
    std::vector<Runnable*> references;   ///< from small to large, at least one
    std::vector<std::size_t> pairing;    ///< reference of each network; empty: the middle one
    std::vector<VisitRecord> earlier{};  ///< of the same campaign, to go on after the last
};

/// Measures by interleaved paired visits ("paired-clean sequential").
///
/// A visit is a leg of the reference nearest to the network in size, one of the network, one of
/// the reference, or every second time network / reference / network; neighbouring visits share a
/// leg. Sweeps go over all unfinished networks of a group in an order drawn from (seed, group,
/// sweep), so that the visits of a network are spread over time. Before and after each sweep a
/// sentinel compares the references with each other: visits of a sweep during which they changed
/// are kept apart; where the change stays, another set of visits begins, see `outcome_of`.
///
/// Reported is latency = median over visits of network / reference, times the reference's median
/// clean time over the campaign: drift of the machine cancels in the first and is averaged in the
/// second (duet benchmarking, Bulej et al., arXiv 2001.05811; randomised interleaved trials). Only
/// undisturbed samples count, see Sampler; where they are too few, CPU time does.
class Meter {
  public:
    /// The clock must outlive the meter.
    Meter(Clock& clock, MeterOptions options);

    /// A network whose building or running throws a std::exception is a `failed` row and the
    /// campaign goes on; a failing reference is a MeasurementError. What the monitor throws ends
    /// the campaign; what was measured by then was reported to `events`.
    ///
    /// Earlier records are replayed before anything is measured, and then it goes on as if never
    /// interrupted. DataError where they are not of a campaign with this plan and these options.
    [[nodiscard]] Campaign measure(const CampaignPlan& plan, CampaignEvents& events,
                                   Monitor& monitor = Monitor::current()) const;

  private:
    Clock& clock_;
    MeterOptions options_;
};

}  // namespace latpred
