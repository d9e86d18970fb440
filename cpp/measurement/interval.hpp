// The distribution-free interval of a median, of independent and of correlated values.
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

/// Correlation of neighbours in time, from 0: of the distances from the median, clipped at three
/// median absolute deviations so that one spike says nothing. 0 for fewer than two values.
double serial_correlation(std::span<const double> values);

/// How many independent values say as much as n whose neighbours correlate by rho: the variance
/// of a mean of a first-order autoregressive series, n (1 - rho) / (1 + rho).
std::size_t effective_size(std::size_t n, double rho);

/// The interval of the median of `values` in the order of time: as `median_interval`, with the
/// rank taken at the effective size and its distance from the middle scaled back to n.
Interval serial_median_interval(std::span<const double> values, double alpha);

}  // namespace latpred
