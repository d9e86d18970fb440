// The perceptron as a fitter.
#pragma once

#include "neural/mlp_training.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// A whole training (MlpTraining) of settings whose seed is that of the fit.
class MlpFitter final : public Fitter {
  public:
    explicit MlpFitter(MlpSettings settings) : settings_(std::move(settings)) {}

    [[nodiscard]] std::string kind() const override { return "mlp"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    MlpSettings settings_;
};

class FitterSettings;

/// From what `MlpFitter::settings` wrote; what is not there is as of latpred.MlpPredictor.
FitterPtr make_mlp_fitter(FitterSettings& settings);

}  // namespace latpred
