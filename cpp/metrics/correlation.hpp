// Correlations of two samples of equal length, finite values. NaN for fewer than two values or
// where either sample is constant.
#pragma once

#include <span>

namespace latpred {

double pearson(std::span<const double> x, std::span<const double> y);

/// Pearson's correlation of the ranks; ties share their mean rank.
double spearman(std::span<const double> x, std::span<const double> y);

/// Kendall's tau-b (ties corrected) in O(n log n), Knight, JASA 61 (1966) 436-439.
double kendall_tau_b(std::span<const double> x, std::span<const double> y);

}  // namespace latpred
