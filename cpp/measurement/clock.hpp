// What the protocol knows of time and of the machine's disturbances. Everything that measures takes
// a Clock, so that every rule can be tested with a synthetic one.
#pragma once

#include <cstdint>
#include <limits>

namespace latpred {

/// Whose CPU time and disturbances count: those of the calling thread, or of the whole process
/// where the work runs on several threads.
enum class Scope : std::uint8_t { thread, process };

/// Counters that only grow, and the processor the caller runs on. A change between two readings is
/// exogenous evidence that something else disturbed what ran in between.
struct Evidence {
    std::int64_t involuntary_switches = 0;
    std::int64_t major_faults = 0;
    int processor = 0;
};

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// Nanoseconds since an arbitrary moment; never steps back, not slewed by time servers.
    virtual std::int64_t wall_ns() = 0;
    /// Nanoseconds of CPU time used so far.
    virtual std::int64_t cpu_ns(Scope scope) = 0;
    virtual Evidence evidence(Scope scope) = 0;
    /// Percent of the last ten seconds in which work of anybody waited for a processor; NaN where
    /// the system does not say.
    virtual double pressure() { return std::numeric_limits<double>::quiet_NaN(); }
    /// Lets so much time pass without work.
    virtual void pause(double seconds) = 0;
};

/// CLOCK_MONOTONIC_RAW, CLOCK_{THREAD,PROCESS}_CPUTIME_ID, getrusage, sched_getcpu and
/// /proc/pressure/cpu of Linux.
class SystemClock final : public Clock {
  public:
    std::int64_t wall_ns() override;
    std::int64_t cpu_ns(Scope scope) override;
    Evidence evidence(Scope scope) override;
    double pressure() override;
    void pause(double seconds) override;
};

}  // namespace latpred
