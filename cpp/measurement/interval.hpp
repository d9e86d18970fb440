// The distribution-free interval of a median.
#pragma once

#include <cstddef>
#include <span>

namespace latpred {

struct Interval {
    double low = 0.0;
    double high = 0.0;
};

/// Rank k (from 1) of the order statistic that bounds the median of n values from below at level
/// 1 - alpha, the (n + 1 - k)-th bounds it from above: the largest k with
/// 2 P[Bin(n, 1/2) < k] <= alpha (inverted sign test; Conover, Practical Nonparametric Statistics,
/// 3.2). 0 where n is too small for any (n < 6 at alpha = 0.05).
std::size_t sign_test_rank(std::size_t n, double alpha);

/// That interval of the median of independent `values`, whatever their distribution; infinite
/// where there are too few.
Interval median_interval(std::span<const double> values, double alpha);

}  // namespace latpred
