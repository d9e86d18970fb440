// What a processor does in a cycle and what memory delivers, from loops timed for a moment: of use
// where no data sheet and no table tells.
#pragma once

#include <cstddef>
#include <functional>

#include "measurement/clock.hpp"

namespace latpred {

/// Most units of work a nanosecond in any round of `work`, which returns how many it did, over so
/// many seconds, at least one round. MeasurementError where the clock stands still.
double best_rate(Clock& clock, const std::function<double()>& work, double seconds);

/// GHz, from a chain of additions each of which needs the one before: one a cycle.
double clock_ghz(Clock& clock, double seconds);

/// Operations a nanosecond from a mix of independent ones (four whole additions, two of floating
/// point, two loads) that keeps many units busy: over the clock rate, those of a cycle.
double operations_per_ns(Clock& clock, double seconds);

/// GB/s (1e9 bytes) at which one thread reads `bytes` of memory again and again. ConfigError for
/// fewer than a page; MeasurementError where there is not that much memory.
double memory_gbs(Clock& clock, std::size_t bytes, double seconds);

}  // namespace latpred
