// What a trial on a worker polls: the end of the run, and of its own time.
#pragma once

#include <atomic>
#include <chrono>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "tuning/trial.hpp"

namespace latpred {

class WorkerMonitor final : public Monitor {
  public:
    using Clock = std::chrono::steady_clock;

    /// `seconds_left` 0: no limit.
    WorkerMonitor(const std::atomic<bool>& cancelled, double seconds_left)
        : cancelled_(cancelled), seconds_left_(seconds_left) {}

    void poll() override {
        if (cancelled_)
            throw Cancelled("trial: cancelled");
        if (late())
            throw TrialFailure("timeout", true);  // worded by the runner
    }

    [[nodiscard]] bool late() const { return seconds_left_ > 0 && seconds() > seconds_left_; }

    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(Clock::now() - start_).count();
    }

  private:
    const std::atomic<bool>& cancelled_;
    double seconds_left_;
    Clock::time_point start_ = Clock::now();
};

}  // namespace latpred
