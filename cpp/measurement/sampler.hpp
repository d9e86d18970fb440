// Samples and legs: the smallest parts of the protocol.
#pragma once

#include <exception>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "measurement/clock.hpp"
#include "measurement/runnable.hpp"

namespace latpred {

constexpr int most_runs = 100'000;  ///< in a sample

inline constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// A runnable threw or cannot be timed. Not a std::exception, so that nothing else is taken for it.
struct RunnableFailure {
    std::string reason;
};

/// Calls `work`; a std::exception of it, but not Cancelled nor what the current monitor threw,
/// becomes a RunnableFailure with the first line of its text (libraries append call stacks).
template <class Work>
auto guarded(const Work& work) {
    InterruptWatch watch;
    try {
        return work();
    } catch (const Cancelled&) {
        throw;
    } catch (const std::exception& error) {
        if (watch.interrupted())
            throw;
        const std::string text = error.what();
        throw RunnableFailure{text.substr(0, text.find('\n'))};
    }
}

/// One timed block of runs.
struct Sample {
    std::int64_t wall_ns = 0;
    std::int64_t cpu_ns = 0;
    bool clean = false;
};

/// Consecutive samples of one runnable, per run.
struct Leg {
    double clean_ms = not_measured;     ///< median wall time of the clean samples; NaN if < 2
    double fallback_ms = not_measured;  ///< median over all: CPU time; wall time on more threads
    double cpu_ms = not_measured;       ///< median CPU time over all
    int samples = 0;
    int clean_samples = 0;
    std::vector<double> clean_times_ms{};  ///< wall time of each clean sample
};

/// Takes samples by a clock. Polls the monitor between samples, never within. All of it throws
/// RunnableFailure.
class Sampler {
  public:
    Sampler(Clock& clock, Scope scope, Monitor& monitor);

    /// A sample is clean by exogenous evidence only, never by its value: no involuntary context
    /// switch and no major page fault; on one thread also no migration and wall time within
    /// max(2 %, 20 us) of CPU time, so that nothing else ran meanwhile.
    Sample sample(Runnable& runnable, int runs);

    /// Runs in one sample: 1, or as many as make the clock's own cost negligible (0.2 ms and
    /// 10,000 times the cost of a reading). Runs the runnable a few times.
    int calibrate(Runnable& runnable);

    /// Warm-up runs until two in a row agree within 5 %, at most `most`. Untimed in the result.
    void warm_up(Runnable& runnable, int runs, int most);

    /// `wanted` samples, and up to three times as many again while fewer than 2 are clean; not
    /// where less than a tenth of late was clean, as on a machine that is never free.
    Leg leg(Runnable& runnable, int runs, int wanted);

    /// Takes note of a leg of an earlier run of the campaign, as if it had been taken here.
    void remember(const Leg& leg);

  private:
    Clock& clock_;
    Scope scope_;
    Monitor& monitor_;
    std::int64_t floor_ns_;
    double clean_share_ = 1.0;
};

}  // namespace latpred
