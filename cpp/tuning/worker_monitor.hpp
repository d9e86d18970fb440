// What a trial on a worker polls: the end of the run, and of its own time.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "tuning/trial.hpp"

namespace latpred {

/// Seconds since any fixed moment; asked from several threads.
using SecondsNow = std::function<double()>;

inline double steady_seconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
}

class WorkerMonitor final : public Monitor {
  public:
    /// `seconds_left` 0: no limit.
    WorkerMonitor(const std::atomic<bool>& cancelled, double seconds_left, const SecondsNow& clock)
        : cancelled_(cancelled), seconds_left_(seconds_left), clock_(clock), start_(clock()) {}

    void poll() override {
        if (cancelled_)
            throw Cancelled("trial: cancelled");
        if (late())
            throw TrialFailure("timeout", true);  // worded by the runner
    }

    [[nodiscard]] bool late() const { return seconds_left_ > 0 && seconds() > seconds_left_; }

    [[nodiscard]] double seconds() const { return clock_() - start_; }

  private:
    const std::atomic<bool>& cancelled_;
    double seconds_left_;
    const SecondsNow& clock_;
    double start_;
};

}  // namespace latpred
