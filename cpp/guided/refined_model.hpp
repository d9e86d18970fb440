// A latency model that grows with the measurements of its device.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

class RefinedModel {
  public:
    /// Of rows measured so far. Without `learnt` the model stays as it is; without `model` it is
    /// adapted to the rows at once. DataError for latencies that are not positive and finite.
    RefinedModel(PredictorPtr model, AdaptablePtr learnt, const Rows& measured,
                 const FitContext& context);
    /// The same with settings that are fitted anew to all rows. Intervals are calibrated by folds
    /// whenever the rows have doubled, or `add` asks for it; in between the scores stay. `model`
    /// may be null, then there is none before rows are added. A model without rows of its own is
    /// the source of a Gaussian process in the place of `fitter`, from ten rows on.
    RefinedModel(PredictorPtr model, FitterPtr fitter, const Rows& measured,
                 const FitContext& context);

    [[nodiscard]] const PredictorPtr& model() const { return model_; }
    [[nodiscard]] const Architectures& measured() const { return archs_; }
    /// N measured latencies in ms; NaN where a network was not measured.
    [[nodiscard]] std::vector<double> known(const Architectures& archs) const;

    /// Takes measurements in and adapts anew, once for all of them. `calibrate`: also the
    /// intervals, however few the rows are.
    void add(const Architectures& some, std::span<const double> latencies, bool calibrate = false);

  private:
    void adapt();
    void refit();

    PredictorPtr model_;
    AdaptablePtr learnt_;
    FitterPtr fitter_;
    Architectures archs_;
    std::vector<double> values_;
    FitContext context_;
    std::size_t least_rows_ = 0;  ///< for a fit
    std::size_t calibrated_ = 0;  ///< rows of the last calibration
};

}  // namespace latpred
