// How much a campaign spends on a network.
#pragma once

#include <string>
#include <vector>

namespace latpred {

struct Effort {
    std::string name;
    double precision;  ///< half width of the interval, relative, at which a network has converged;
                       ///< 0: no target, every network gets `most_visits`
    int most_visits;   ///< a network that has not converged by then has status `budget`
    int samples;       ///< in a leg
    double alpha;      ///< of the interval at each look
    bool alternate;    ///< every second visit has the reference in the middle
    double least_ms;   ///< of timed samples of a network before it may converge
    double patience;   ///< seconds to wait, up to three times, while the machine is crowded
};

/// fast 5 %, default 2 %, gold 1 %; dataset: two visits a network and no interval, for training
/// labels, where the regression averages the noise. ConfigError for another name.
Effort effort(const std::string& name);
std::vector<std::string> effort_names();

/// Whether the meter looks at the interval after so many visits. Looking at every visit would
/// stop too early too often; this grid keeps the coverage (see benchmarks/measurement_simulation).
bool is_look(int visits);

}  // namespace latpred
