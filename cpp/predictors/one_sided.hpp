// One-sided statements of calibrated models: values that measurements hardly exceed.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "predictors/predictor.hpp"

namespace latpred {

/// The least confidence of an upper bound: that of the prediction itself.
inline constexpr double even_confidence = 0.5;

/// The upper ends of a model's intervals as an objective: what a measurement exceeds with
/// probability 1 - confidence, where errors to either side are equally likely.
class UpperBound final : public Objective {
  public:
    /// A confidence of .5 means the prediction itself, which needs no calibration. ConfigError
    /// outside [.5, 1); throws as `predict_interval` at confidence 2c - 1.
    UpperBound(std::shared_ptr<const Predictor> model, double confidence);

    void evaluate(const Architectures& archs, std::span<double> values) const override;

  private:
    std::shared_ptr<const Predictor> model_;
    double reach_;
};

/// The lower ends: what a measurement falls below with probability 1 - confidence.
class LowerBound final : public Objective {
  public:
    /// Throws as `UpperBound`.
    LowerBound(std::shared_ptr<const Predictor> model, double confidence);

    void evaluate(const Architectures& archs, std::span<double> values) const override;

  private:
    std::shared_ptr<const Predictor> model_;
    double reach_;
};

/// What a model says about N architectures and one limit.
struct LimitOutlook {
    std::vector<double> predicted;
    std::vector<double> upper;   ///< as `UpperBound`
    std::vector<double> chance;  ///< that a measurement is at most the limit, by the scores
};

/// Throws as `UpperBound`, and NotFittedError for a model without a calibration.
LimitOutlook limit_outlook(const Predictor& model, const Architectures& archs, double limit,
                           double confidence);

}  // namespace latpred
