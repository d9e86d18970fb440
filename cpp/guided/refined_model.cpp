#include "guided/refined_model.hpp"

#include "guided/listed_values.hpp"
#include "predictors/core_fitters.hpp"
#include "predictors/training_rows.hpp"
#include "selection/calibrate.hpp"
#include "selection/watch.hpp"

namespace latpred {
namespace {

/// From which a model of another state of the device, or of another device, is corrected.
constexpr std::size_t fewest_beside_source = 10;

}  // namespace

RefinedModel::RefinedModel(PredictorPtr model, AdaptablePtr learnt, const Rows& measured,
                           const FitContext& context)
    : model_(std::move(model)), learnt_(std::move(learnt)), archs_(measured.archs),
      values_(measured.values.begin(), measured.values.end()), context_(context) {
    if (archs_.size() > 0)
        check_training_values(archs_, values_);
    if (!model_)
        adapt();
}

RefinedModel::RefinedModel(PredictorPtr model, FitterPtr fitter, const Rows& measured,
                           const FitContext& context)
    : model_(std::move(model)), fitter_(std::move(fitter)), archs_(measured.archs),
      values_(measured.values.begin(), measured.values.end()), context_(context) {
    if (archs_.size() > 0)
        check_training_values(archs_, values_);
    if (!model_) {
        if (archs_.size() > 0)
            refit();
        return;
    }
    calibrated_ = model_->calibration().scores.empty() ? 0 : archs_.size();
    if (archs_.size() == 0) {
        fitter_ = std::make_shared<GaussianProcessFitter>(model_);
        least_rows_ = fewest_beside_source;
    }
}

void RefinedModel::adapt() {
    model_ = learnt_->adapt({archs_, values_}, context_);
}

void RefinedModel::refit() {
    PollOnly quiet(context_.watch());
    const FitContext context{context_.seed, context_.threads, &quiet};
    const Rows rows{archs_, values_};
    PredictorPtr found = fitter_->fit(rows, context);
    if (model_)
        found->info().device = model_->info().device;
    if (model_ && calibrated_ > 0 && archs_.size() < 2 * calibrated_) {
        found->calibration() = model_->calibration();
    } else if (archs_.size() > 1) {
        calibrate_by_folds(*found, *fitter_, rows, {0, context_.seed}, context);
        calibrated_ = archs_.size();
    }
    model_ = std::move(found);
}

std::vector<double> RefinedModel::known(const Architectures& archs) const {
    return ListedValues(archs_, values_).find(archs);
}

void RefinedModel::add(const Architectures& some, std::span<const double> latencies,
                       bool calibrate) {
    if (some.size() == 0)
        return;
    if (calibrate)
        calibrated_ = 0;
    archs_.append(some);
    values_.insert(values_.end(), latencies.begin(), latencies.end());
    if (learnt_)
        adapt();
    else if (fitter_ && archs_.size() >= least_rows_)
        refit();
}

}  // namespace latpred
