// How long something takes, without the campaign's care: to choose a reference, to compare costs.
#pragma once

#include "measurement/clock.hpp"
#include "measurement/runnable.hpp"

namespace latpred {

/// What one call took.
struct Spent {
    double wall_s = 0.0;
    double cpu_s = 0.0;  ///< of all threads of the process
};

/// Runs it once.
Spent spent(Clock& clock, Runnable& work);

/// Medians over `rounds` calls. ConfigError for fewer than one.
Spent median_spent(Clock& clock, Runnable& work, int rounds);

/// A first guess of its latency: prepares it, runs it once to warm up and three times more, of
/// which the shortest counts; at least a nanosecond.
double quick_ms(Clock& clock, Runnable& work);

}  // namespace latpred
