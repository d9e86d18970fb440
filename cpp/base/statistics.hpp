// Small order statistics and robust scales shared by metrics, measurement, audits and fits.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace latpred {

/// Median of a non-empty sample; the mean of the two middle values when their count is even. NaN
/// where any value is NaN, whatever their order.
double median(std::span<const double> values);

/// Quantile by linear interpolation between order statistics (Hyndman & Fan type 7), 0 <= q <= 1.
/// NaN where any value is NaN; DataError for an empty sample.
double quantile(std::span<const double> values, double q);

/// Median absolute deviation from the median (unscaled).
double median_absolute_deviation(std::span<const double> values);

/// Standard deviation over median absolute deviation of a normal distribution.
inline constexpr double normal_consistency = 1.4826;

/// Standard deviation as the median absolute deviation from the median says it.
double robust_deviation(std::span<const double> values);

/// The same about 0, for residuals.
double robust_scale(std::span<const double> residuals);

/// Huber's weight of a residual: 1 up to `bound`, from there on falling as bound / |residual|.
inline double huber_weight(double residual, double bound) {
    const double size = std::abs(residual);
    return size <= bound ? 1.0 : bound / size;
}

/// Huber's weights against `corner` robust scales, a scale being at least `least`; all 1 where
/// corner <= 0.
std::vector<double> huber_weights(std::span<const double> residuals, double corner, double least);

/// Rank from 1 of the order statistics, from below and from above, that bound the median of n
/// independent values with confidence 1 - alpha (inverted sign test): the largest k with
/// 2 P[Bin(n, 1/2) < k] <= alpha. 0 where none does.
std::size_t sign_test_rank(std::size_t n, double alpha);

/// Ranks from 1; ties get the mean of their ranks. All NaN where any value is NaN.
std::vector<double> average_ranks(std::span<const double> values);

}  // namespace latpred
