// What a perfect predictor scores against labels that are noisy.
#pragma once

#include <cstdint>
#include <span>

#include "metrics/evaluation.hpp"

namespace latpred {

/// Of N true values with N standard deviations of the labels' logarithms, in percent: metrics of
/// the true values as predictions of labels with log-normal noise, averaged over draws. The draws
/// are so many (8 at least) that the standard error of an error metric is some .3 % of itself.
/// Correlations are NaN where they are for `evaluate`.
///
/// DataError for other counts, none, or values that are not above 0 and finite; ConfigError for a
/// noise below 0, not finite or above 1,000 percent.
Evaluation noise_ceiling(std::span<const double> truth, std::span<const double> noise_percent,
                         std::uint64_t seed);

}  // namespace latpred
