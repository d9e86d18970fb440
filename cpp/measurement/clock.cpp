#include "measurement/clock.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

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

/// First line of the file: "some avg10=1.25 avg60=..." (Documentation/accounting/psi.rst).
double SystemClock::pressure() {
    std::ifstream file("/proc/pressure/cpu");
    std::string kind;
    std::string average;
    if (!(file >> kind >> average) || !average.starts_with("avg10="))
        return std::numeric_limits<double>::quiet_NaN();
    double percent = std::numeric_limits<double>::quiet_NaN();
    std::from_chars(average.data() + 6, average.data() + average.size(), percent);
    return percent;
}

void SystemClock::pause(double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace latpred
