// Prediction intervals from the rows of the fit, by folds.
#pragma once

#include "selection/cross_validate.hpp"

namespace latpred {

/// 10 folds (the number of rows, where fewer) below 200 rows, else 5.
std::size_t calibration_folds(std::size_t rows);

/// Fits anew without each fold and keeps the errors on it as the scores of `model`, the fit of all
/// rows (as the jackknife of Barber et al. 2021; no theorem, and rather wide, as the part models
/// had fewer rows). Throws as `make_folds` and `fitter`; `model` stays as it was then.
void calibrate_by_folds(Predictor& model, const Fitter& fitter, const Rows& rows,
                        const FoldPlan& plan, const FitContext& context);

}  // namespace latpred
