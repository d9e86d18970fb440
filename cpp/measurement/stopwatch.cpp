#include "measurement/stopwatch.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr int quick_runs = 3;
constexpr double least_quick_ms = 1e-6;  // a clock may stand still for a run

}  // namespace

Spent spent(Clock& clock, Runnable& work) {
    const std::int64_t cpu = clock.cpu_ns(Scope::process);
    const std::int64_t wall = clock.wall_ns();
    work.run();
    return {1e-9 * static_cast<double>(clock.wall_ns() - wall),
            1e-9 * static_cast<double>(clock.cpu_ns(Scope::process) - cpu)};
}

Spent median_spent(Clock& clock, Runnable& work, int rounds) {
    if (rounds < 1)
        throw ConfigError(message("stopwatch: ", rounds, " rounds, at least 1 expected"));
    std::vector<double> wall;
    std::vector<double> cpu;
    for (int round = 0; round < rounds; ++round) {
        const Spent one = spent(clock, work);
        wall.push_back(one.wall_s);
        cpu.push_back(one.cpu_s);
    }
    return {median(wall), median(cpu)};
}

double quick_ms(Clock& clock, Runnable& work) {
    work.prepare();
    work.run();
    double least = spent(clock, work).wall_s;
    for (int run = 1; run < quick_runs; ++run)
        least = std::min(least, spent(clock, work).wall_s);
    return std::max(1e3 * least, least_quick_ms);
}

}  // namespace latpred
