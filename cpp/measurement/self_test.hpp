// Whether this machine finds two equal pieces of work equal.
#pragma once

#include "measurement/meter.hpp"

namespace latpred {

/// Two equal pieces of work, measured as if they were different networks.
struct SelfTest {
    double ratio = not_measured;  ///< of their times; 1 but for noise
    double low = not_measured;    ///< NaN where the visits were too few for an interval
    double high = not_measured;
    bool passed = false;  ///< whether the interval contains 1 and is narrow enough
    double clean_percent = 0.0;
    int visits = 0;  ///< of both
};

/// The interval's width that passes. Each of the two is asked to be within 5 %, so that of their
/// ratio is at most about 20 % wide.
inline constexpr double self_test_width = 0.25;

/// What two rows of one campaign, beside one reference, say of each other.
SelfTest compared(const NetworkResult& first, const NetworkResult& second);

}  // namespace latpred
