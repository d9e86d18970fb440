#include "guided/refined_model.hpp"

#include "guided/listed_values.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {

RefinedModel::RefinedModel(PredictorPtr model, AdaptablePtr learnt, const Rows& measured,
                           const FitContext& context)
    : model_(std::move(model)), learnt_(std::move(learnt)), archs_(measured.archs),
      values_(measured.values.begin(), measured.values.end()), context_(context) {
    if (archs_.size() > 0)
        check_training_values(archs_, values_);
    if (!model_)
        adapt();
}

void RefinedModel::adapt() {
    model_ = learnt_->adapt({archs_, values_}, context_);
}

std::vector<double> RefinedModel::known(const Architectures& archs) const {
    return ListedValues(archs_, values_).find(archs);
}

void RefinedModel::add(const Architectures& one, double latency_ms) {
    archs_.append(one);
    values_.push_back(latency_ms);
    if (learnt_)
        adapt();
}

}  // namespace latpred
