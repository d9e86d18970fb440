// The distribution-free interval of a median, of independent and of correlated values.
#pragma once

#include <cstddef>
#include <span>

namespace latpred {

struct Interval {
    double low = 0.0;
    double high = 0.0;
};

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
