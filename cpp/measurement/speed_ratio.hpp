// How many times as fast one measured network is as another.
#pragma once

#include <string_view>

#include "measurement/meter.hpp"

namespace latpred {

/// What the interval of a ratio says.
enum class Comparison : std::uint8_t {
    faster,             ///< all of it is above 1
    slower,             ///< all of it is below 1
    indistinguishable,  ///< it contains 1
    unknown,            ///< there is no interval
};

std::string_view to_string(Comparison comparison);

struct SpeedRatio {
    double times = not_measured;  ///< latency of the second / latency of the first
    double low = not_measured;    ///< NaN where one of the two has no interval
    double high = not_measured;
    bool paired = false;  ///< both were measured beside one reference in one campaign

    [[nodiscard]] Comparison says() const;
};

/// How many times as fast `first` is as `second`. Rows of one campaign beside one reference are
/// compared by their ratios to it, free of the machine's drift; others by their milliseconds. The
/// interval has the level of the two that it is made of: in the logarithm their half widths towards
/// each side add in quadrature (the method of variance estimates recovery, Zou and Donner 2008).
/// Without a latency in one of the two all is NaN.
SpeedRatio speed_ratio(const NetworkResult& first, const NetworkResult& second, bool one_campaign);

}  // namespace latpred
