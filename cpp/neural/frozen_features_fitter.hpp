// The network of random features as a fitter.
#pragma once

#include <string>
#include <vector>

#include "neural/frozen_features.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// Those of DGL but for `standardise` and `divisor`.
struct FrozenSettings {
    std::vector<std::size_t> body{512, 2048, 2048, 2048, 256};  ///< widths, never trained
    std::size_t head = 28;                                      ///< units of the one that is
    bool standardise = true;  ///< genes of deviation 1; DGL only takes their means off
    double divisor = 0;       ///< of the values; 0: their mean over 64
    std::size_t epochs = 50'000;
    double learning_rate = 0.1;
};

/// Smooth L1 (beta 1) by plain gradient descent over all rows at once. The body's features are
/// computed once.
class FrozenFeaturesFitter final : public Fitter {
  public:
    explicit FrozenFeaturesFitter(FrozenSettings settings) : settings_(std::move(settings)) {}

    [[nodiscard]] std::string kind() const override { return "frozen-features"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    /// TrainingError where the loss is not finite any more.
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    FrozenSettings settings_;
};

/// The two layers behind the body, as a fit of that seed starts from them.
std::vector<DenseLayer> first_head(const FrozenSettings& settings, std::uint64_t seed);

class FitterSettings;

/// From what `FrozenFeaturesFitter::settings` wrote.
FitterPtr make_frozen_features_fitter(FitterSettings& settings);

}  // namespace latpred
