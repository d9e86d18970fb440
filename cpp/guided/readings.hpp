// What measurements of networks gave, with intervals where there are any.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// One measured latency in ms.
struct Reading {
    double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN where it failed
    double low = std::numeric_limits<double>::quiet_NaN();    ///< NaN where no interval is known
    double high = std::numeric_limits<double>::quiet_NaN();

    [[nodiscard]] bool failed() const;
    /// Whether the whole interval, or without one the value, is at or below the limit.
    [[nodiscard]] bool holds(double limit) const;
    /// A word of `limit_verdicts`.
    [[nodiscard]] std::string verdict(double limit) const;
};

/// N networks -> N readings.
using Measure = std::function<std::vector<Reading>(const Architectures&)>;

/// Measures and checks: what is not finite counts as failed. DataError for another number of
/// readings, or latencies that are not above 0.
std::vector<Reading> readings_of(const Measure& measure, const Architectures& archs);

}  // namespace latpred
