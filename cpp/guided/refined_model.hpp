// A latency model that grows with the measurements of its device.
#pragma once

#include <memory>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

class RefinedModel {
  public:
    /// Of rows measured so far. Without `learnt` the model stays as it is; without `model` it is
    /// adapted to the rows at once. DataError for latencies that are not positive and finite.
    RefinedModel(PredictorPtr model, AdaptablePtr learnt, const Rows& measured,
                 const FitContext& context);

    [[nodiscard]] const PredictorPtr& model() const { return model_; }
    [[nodiscard]] const Architectures& measured() const { return archs_; }
    /// N measured latencies in ms; NaN where a network was not measured.
    [[nodiscard]] std::vector<double> known(const Architectures& archs) const;

    /// Takes one measurement in and adapts anew.
    void add(const Architectures& one, double latency_ms);

  private:
    void adapt();

    PredictorPtr model_;
    AdaptablePtr learnt_;
    Architectures archs_;
    std::vector<double> values_;
    FitContext context_;
};

}  // namespace latpred
