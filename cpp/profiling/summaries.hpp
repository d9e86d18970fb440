// What is said about the values of a sample of networks.
#pragma once

#include <cstddef>
#include <span>

namespace latpred {

struct Summary {
    std::size_t count = 0;
    double mean = 0;
    double standard_error = 0;  ///< of the mean; NaN for a single value
    double deviation = 0;       ///< of the population: divided by n, as the original's `sig`
    double q01 = 0;             ///< quantiles by linear interpolation
    double q05 = 0;
    double q95 = 0;
    double q99 = 0;
    double minimum = 0;
    double maximum = 0;
    std::size_t lowest = 0;  ///< number of the first value that is the minimum
    std::size_t highest = 0;
};

/// DataError for an empty sample.
Summary summarise(std::span<const double> values);

}  // namespace latpred
