// Simulates the stop rule: does it keep what it promises under noise of known kind?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "measurement/effort.hpp"

namespace latpred {

/// Noise of the logarithm of a visit's ratio. Its true median is 0.
struct NoiseModel {
    std::string kind = "normal";  ///< one of `noise_kinds`
    double scale = 0.02;
};

/// normal: standard deviation `scale`. student3: Student's t with 3 degrees of freedom
/// times `scale` / 1.4826. exponential: of mean `scale`, less its median. ar25,
/// ar50: normal, first-order autoregressive with correlation .25 or .5. spikes: normal, and 5 % of
/// the visits 30 % longer. bimodal: two levels four `scale` apart, 60 % on the lower.
std::vector<std::string> noise_kinds();

/// `count` values in the order of time; ConfigError for an unknown kind.
std::vector<double> noise(const NoiseModel& model, std::size_t count, std::uint64_t seed,
                          std::uint64_t run);

struct SimulationResult {
    double coverage = 0.0;   ///< share of runs whose last interval holds the truth
    double converged = 0.0;  ///< share of runs
    double far = 0.0;        ///< share of runs whose error exceeds the precision
    double mean_visits = 0.0;
    double p95_visits = 0.0;
};

/// `runs` networks, each judged after every visit as in a campaign, from streams of `seed`.
SimulationResult simulate_stop_rule(const NoiseModel& model, const Effort& effort, int runs,
                                    std::uint64_t seed, Monitor& monitor = Monitor::current());

}  // namespace latpred
