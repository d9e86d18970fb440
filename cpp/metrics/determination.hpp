// The share of the truth's variance that predictions explain.
#pragma once

#include <span>

namespace latpred {

/// R^2, the coefficient of determination: 1 for perfect predictions, 0 for those of the mean, below
/// 0 for worse ones. For a constant truth 1 where the predictions are perfect and 0 elsewhere, as
/// scikit-learn's; NaN for fewer than two values. DataError as `evaluate`.
double determination(std::span<const double> truth, std::span<const double> predicted);

}  // namespace latpred
