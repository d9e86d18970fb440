// The predictor over graphs as a fitter.
#pragma once

#include "neural/graph_settings.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// A whole training (GraphTraining) of settings whose seed is that of the fit.
class GraphFitter final : public Fitter {
  public:
    explicit GraphFitter(GraphSettings settings) : settings_(std::move(settings)) {}

    [[nodiscard]] std::string kind() const override { return "graph"; }
    [[nodiscard]] std::string settings() const override;

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows, const FitContext& context) const override;

  private:
    GraphSettings settings_;
};

class FitterSettings;

/// From what `GraphFitter::settings` wrote; what is not there is as of latpred.GraphPredictor.
FitterPtr make_graph_fitter(FitterSettings& settings);

}  // namespace latpred
