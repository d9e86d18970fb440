// Small order statistics shared by metrics, measurement and audits.
#pragma once

#include <span>
#include <vector>

namespace latpred {

/// Median of a non-empty sample; the mean of the two middle values when their count is even.
double median(std::span<const double> values);

/// Quantile by linear interpolation between order statistics (Hyndman & Fan type 7), 0 <= q <= 1.
double quantile(std::span<const double> values, double q);

/// Median absolute deviation from the median (unscaled).
double median_absolute_deviation(std::span<const double> values);

/// Ranks from 1; ties get the mean of their ranks.
std::vector<double> average_ranks(std::span<const double> values);

}  // namespace latpred
