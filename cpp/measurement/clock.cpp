#include "measurement/clock.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <ctime>

namespace latpred {
namespace {

std::int64_t nanoseconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

std::int64_t SystemClock::wall_ns() {
    return nanoseconds_of(CLOCK_MONOTONIC_RAW);
}

std::int64_t SystemClock::cpu_ns(Scope scope) {
    return nanoseconds_of(scope == Scope::thread ? CLOCK_THREAD_CPUTIME_ID
                                                 : CLOCK_PROCESS_CPUTIME_ID);
}

Evidence SystemClock::evidence(Scope scope) {
    rusage usage{};
    getrusage(scope == Scope::thread ? RUSAGE_THREAD : RUSAGE_SELF, &usage);
    return {usage.ru_nivcsw, usage.ru_majflt, sched_getcpu()};
}

}  // namespace latpred
