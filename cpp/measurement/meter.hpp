// The meter: campaigns of networks measured beside a reference.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "measurement/estimate.hpp"

namespace latpred {

/// One row of a campaign. Times in ms of one run (one batch).
struct NetworkResult {
    std::size_t index = 0;  ///< number in the campaign
    std::string name;
    Status status = Status::failed;
    std::string reason;  ///< why it failed, or which target was missed
    double latency_ms = not_measured;
    double low_ms = not_measured;  ///< NaN where there are too few visits for an interval
    double high_ms = not_measured;
    double cpu_ms = not_measured;
    double ratio = not_measured;  ///< to the reference; free of the machine's drift
    double ratio_low = not_measured;
    double ratio_high = not_measured;
    TimeKind time = TimeKind::wall;  ///< that the ratio rests on
    int visits = 0;
    int clean_visits = 0;
    int samples = 0;
    int clean_samples = 0;
    int runs_per_sample = 1;
};

/// The reference over the whole campaign.
struct ReferenceResult {
    std::string name;
    double latency_ms = not_measured;
    double low_ms = not_measured;
    double high_ms = not_measured;
    TimeKind time = TimeKind::wall;
    int legs = 0;
    int clean_legs = 0;
};

struct Campaign {
    std::vector<NetworkResult> rows;  ///< one a network, in the caller's order
    ReferenceResult reference;
    double clean_fraction = not_measured;  ///< of all samples
    double wall_seconds = 0.0;
    double cpu_seconds = 0.0;
    std::vector<std::string> warnings;
};

/// What happens during a campaign; called between visits on the measuring thread.
class CampaignEvents {
  public:
    CampaignEvents() = default;
    CampaignEvents(const CampaignEvents&) = delete;
    CampaignEvents& operator=(const CampaignEvents&) = delete;
    virtual ~CampaignEvents() = default;

    /// A network is done. Its ratio is final; its milliseconds rest on the reference as measured
    /// so far and become final with the campaign.
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

/// Measures by interleaved paired visits. A visit is a leg of the reference, one of the network,
/// one of the reference; neighbouring visits share a leg. Sweeps go over all unfinished networks
/// in an order drawn from (seed, sweep), so that the visits of a network are spread over time.
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
    /// the campaign; rows finished by then were reported to `events`.
    [[nodiscard]] Campaign measure(std::size_t count, const MakeRunnable& make, Runnable& reference,
                                   CampaignEvents& events,
                                   Monitor& monitor = Monitor::none()) const;

  private:
    Clock& clock_;
    MeterOptions options_;
};

}  // namespace latpred
