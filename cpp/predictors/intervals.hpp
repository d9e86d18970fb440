// Prediction intervals by conformal calibration.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "predictors/predictor.hpp"

namespace latpred {

/// Scores |value - prediction| / spread of N rows that the model was not fitted on; the spread is
/// the model's own (Predictor::spreads). Throws as `evaluate`; DataError for values that are not
/// finite or of another number.
std::vector<double> interval_scores(const Predictor& model, const Architectures& archs,
                                    std::span<const double> values);

/// Sorts the scores into the model. `method`: how they were had, as free text. DataError for none,
/// or for a score that is negative or not finite.
void set_calibration(Predictor& model, std::vector<double> scores, const std::string& method);

/// Half-normal quantiles in place of the scores of held-out rows, for models whose spreads are the
/// deviations of a normal distribution; for confidences up to .995.
std::vector<double> normal_scores();

/// How many spreads the interval of that confidence reaches to either side: the
/// ceil((n + 1) confidence)-th least of n scores. Throws as `predict_interval`.
double interval_reach(const Predictor& model, double confidence);

/// Split-conformal intervals prediction ± reach * spread, so that a row exchangeable with those of
/// the calibration lies inside with at least that probability (Papadopoulos et al. 2002; Lei et al.
/// 2018, "Distribution-free predictive inference for regression").
///
/// Throws: NotFittedError before a calibration; ConfigError for a confidence outside (0, 1);
///     DataError where so few scores support no such confidence. As `evaluate` beside.
void predict_interval(const Predictor& model, const Architectures& archs, double confidence,
                      std::span<double> low, std::span<double> high);

/// The same around predictions of the model that are known already.
void interval_around(const Predictor& model, const Architectures& archs,
                     std::span<const double> predicted, double confidence, std::span<double> low,
                     std::span<double> high);

/// Share of N values that lie in their intervals, ends included, 0 to 1. DataError for none, or for
/// intervals of another number.
double coverage(std::span<const double> low, std::span<const double> high,
                std::span<const double> values);

/// The part of a model file that keeps the calibration.
void store_calibration(const Predictor& model, TensorFile& file);
void load_calibration(Predictor& model, const TensorFile& file);

}  // namespace latpred
