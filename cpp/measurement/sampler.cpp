#include "measurement/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/statistics.hpp"

namespace latpred {
namespace {

constexpr std::int64_t least_sample_ns = 200'000;
constexpr std::int64_t clock_costs_per_sample = 10'000;  // torch.utils.benchmark allows 1e-4 too
constexpr int retries = 3;
constexpr double hopeless_share = 0.1;
constexpr double share_memory = 0.02;  // the share of the last fifty samples or so

/// What one reading of the wall clock costs: the least of several, as noise only adds.
std::int64_t reading_cost(Clock& clock) {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < 50; ++i) {
        const std::int64_t before = clock.wall_ns();
        least = std::min(least, clock.wall_ns() - before);
    }
    return least;
}

double median_ms(const std::vector<double>& nanoseconds, int runs) {
    return median(nanoseconds) * 1e-6 / runs;
}

}  // namespace

Sampler::Sampler(Clock& clock, Scope scope, Monitor& monitor)
    : clock_(clock), scope_(scope), monitor_(monitor),
      floor_ns_(std::max(least_sample_ns, clock_costs_per_sample * reading_cost(clock))) {}

Sample Sampler::sample(Runnable& runnable, int runs) {
    monitor_.poll();
    const Evidence before = clock_.evidence(scope_);
    const std::int64_t cpu = clock_.cpu_ns(scope_);
    const std::int64_t wall = clock_.wall_ns();
    guarded([&] {
        for (int i = 0; i < runs; ++i)
            runnable.run();
    });
    Sample sample;
    sample.wall_ns = clock_.wall_ns() - wall;
    sample.cpu_ns = clock_.cpu_ns(scope_) - cpu;
    const Evidence after = clock_.evidence(scope_);
    sample.clean = after.involuntary_switches == before.involuntary_switches &&
                   after.major_faults == before.major_faults;
    if (scope_ == Scope::thread) {
        const std::int64_t tolerance = std::max<std::int64_t>(sample.wall_ns / 50, 20'000);
        sample.clean = sample.clean && after.processor == before.processor &&
                       sample.wall_ns - sample.cpu_ns <= tolerance;
    }
    if (sample.wall_ns <= 0)
        throw RunnableFailure{"a run took no time by the clock; a clock that moves is expected"};
    return sample;
}

int Sampler::calibrate(Runnable& runnable) {
    sample(runnable, 1);  // the first run may allocate, load or compile
    int runs = 1;
    for (int round = 0; round < 8; ++round) {
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        for (int i = 0; i < 3; ++i)
            least = std::min(least, sample(runnable, runs).wall_ns);
        if (least >= floor_ns_ || runs == most_runs)
            break;
        const double factor = 1.1 * static_cast<double>(floor_ns_) / static_cast<double>(least);
        runs =
            static_cast<int>(std::min<double>(most_runs, std::ceil(runs * std::min(factor, 10.0))));
    }
    return runs;
}

void Sampler::warm_up(Runnable& runnable, int runs, int most) {
    double last = -1.0;
    for (int i = 0; i < most; ++i) {
        const auto now = static_cast<double>(sample(runnable, runs).wall_ns);
        if (std::abs(now - last) <= 0.05 * last)
            return;
        last = now;
    }
}

Leg Sampler::leg(Runnable& runnable, int runs, int wanted) {
    Leg leg;
    std::vector<double> clean;
    std::vector<double> wall;
    std::vector<double> cpu;
    const int most = clean_share_ >= hopeless_share ? (1 + retries) * wanted : wanted;
    while (leg.samples < wanted || (leg.clean_samples < 2 && leg.samples < most)) {
        const Sample one = sample(runnable, runs);
        ++leg.samples;
        wall.push_back(static_cast<double>(one.wall_ns));
        cpu.push_back(static_cast<double>(one.cpu_ns));
        if (one.clean) {
            ++leg.clean_samples;
            clean.push_back(static_cast<double>(one.wall_ns));
            leg.clean_times_ms.push_back(clean.back() / 1e6 / runs);
        }
    }
    leg.cpu_ms = median_ms(cpu, runs);
    if (scope_ == Scope::thread && leg.cpu_ms <= 0.0) {
        throw RunnableFailure{
            "a run used no CPU time of its thread; measure work of other threads with the scope "
            "of the process"};
    }
    leg.fallback_ms = scope_ == Scope::thread ? leg.cpu_ms : median_ms(wall, runs);
    if (leg.clean_samples >= 2)
        leg.clean_ms = median_ms(clean, runs);
    remember(leg);
    return leg;
}

void Sampler::remember(const Leg& leg) {
    if (leg.samples == 0)
        return;
    const double share = static_cast<double>(leg.clean_samples) / leg.samples;
    const double kept = std::pow(1.0 - share_memory, leg.samples);
    clean_share_ = kept * clean_share_ + (1.0 - kept) * share;
}

}  // namespace latpred
