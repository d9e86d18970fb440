// The reference networks that every visit is measured beside.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "measurement/estimate.hpp"
#include "measurement/sampler.hpp"

namespace latpred {

/// One reference over the whole campaign. Times in ms of one run.
struct ReferenceResult {
    std::string name;
    double latency_ms = not_measured;
    double low_ms = not_measured;
    double high_ms = not_measured;
    TimeKind time = TimeKind::wall;
    bool calm = false;  ///< from calm sweeps only
    int legs = 0;
    int clean_legs = 0;
};

/// Takes legs of the references. They are prepared when the first leg is asked for. All of it
/// throws MeasurementError if one fails.
class References {
  public:
    References(Sampler& sampler, std::span<Runnable* const> runnables, int samples);

    [[nodiscard]] std::size_t size() const { return runnables_.size(); }
    [[nodiscard]] std::string name(std::size_t which) const { return runnables_[which]->name(); }
    /// Runs in one sample of each, empty before the first leg; given ones are kept.
    [[nodiscard]] const std::vector<int>& runs() const { return runs_; }
    void set_runs(std::vector<int> runs) { runs_ = std::move(runs); }
    void prepare();
    Leg leg(std::size_t which);

  private:
    Sampler& sampler_;
    std::vector<Runnable*> runnables_;
    int samples_;
    std::vector<int> runs_;
    bool prepared_ = false;
};

/// What the legs of all references said, sweep by sweep, and the absolute scale that follows.
///
/// The middle reference sets the scale: its median over calm sweeps where there are enough (at
/// least nine tenths of the samples clean, pressure below 5 %), else over all. The others stand to
/// it by the median of their ratios within sentinel passes, so that networks beside different
/// references are on one scale although the machine's speed changed.
class ReferenceScale {
  public:
    ReferenceScale(std::size_t references, Effort effort, Scope scope);

    /// A record that counts; the shared leg of a visit is not counted twice.
    void add(const VisitRecord& record);
    /// Counts the records since the last call, or forgets them.
    void end_sweep(bool counts);
    [[nodiscard]] ReferenceResult result(std::size_t which) const;
    /// The result as of a moment when at most a sixteenth of today's values were missing: for rows
    /// that become final later. All calls of a campaign together cost as little as a few results.
    [[nodiscard]] const ReferenceResult& recent(std::size_t which);
    /// Values that went into results so far: how much bookkeeping there was.
    [[nodiscard]] std::size_t estimated() const { return estimated_; }
    [[nodiscard]] int samples() const { return samples_; }
    [[nodiscard]] int clean_samples() const { return clean_samples_; }

  private:
    /// Logarithms.
    struct Times {
        std::vector<double> clean;
        std::vector<double> fallback;
        void add(double clean_time, double fallback_time);
        void add(const Times& others);
    };
    [[nodiscard]] Estimate estimate(const Times& times) const;
    mutable std::size_t estimated_ = 0;

    [[nodiscard]] std::size_t values(std::size_t which) const;

    Effort effort_;
    Scope scope_;
    std::vector<Times> all_;
    std::vector<Times> calm_;
    std::vector<Times> links_;  ///< reference / middle one in sentinel passes
    std::vector<Times> sweep_;  ///< of the current sweep
    std::vector<Times> sweep_links_;
    std::vector<ReferenceResult> recent_;
    std::vector<std::size_t> recent_values_;  ///< that each of them rests on
    int samples_ = 0;
    int clean_samples_ = 0;
    int sweep_samples_ = 0;
    int sweep_clean_ = 0;
    double sweep_pressure_ = 0.0;
};

/// The reference that sets the scale.
inline std::size_t main_reference(std::size_t references) {
    return references / 2;
}

}  // namespace latpred
