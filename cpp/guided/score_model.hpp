// What a search believes of the objective from the networks it has asked for.
#pragma once

#include <span>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

/// Higher scores are better; of any sign and scale.
class ScoreModel {
  public:
    ScoreModel() = default;
    ScoreModel(const ScoreModel&) = delete;
    ScoreModel& operator=(const ScoreModel&) = delete;
    virtual ~ScoreModel() = default;

    virtual void fit(const Architectures& archs, std::span<const double> scores) = 0;
    [[nodiscard]] virtual std::vector<double> predict(const Architectures& archs) const = 0;
};

/// A predictor of the user's choice, fitted anew each time. It is given positive numbers: scores
/// above the least, plus their range.
class FittedModel final : public ScoreModel {
  public:
    FittedModel(FitterPtr fitter, const FitContext& context)
        : fitter_(std::move(fitter)), context_(context) {}

    void fit(const Architectures& archs, std::span<const double> scores) override;
    [[nodiscard]] std::vector<double> predict(const Architectures& archs) const override;

  private:
    FitterPtr fitter_;
    FitContext context_;
    PredictorPtr model_;
    double offset_ = 0;
};

}  // namespace latpred
