#include "guided/latency_belief.hpp"

#include <algorithm>
#include <cmath>

#include "predictors/one_sided.hpp"

namespace latpred {
namespace {

class Scaled final : public Objective {
  public:
    Scaled(LatencyBelief::Shared inner, double factor)
        : inner_(std::move(inner)), factor_(factor) {}

    void evaluate(const Architectures& archs, std::span<double> values) const override {
        inner_->evaluate(archs, values);
        for (double& value : values)
            value *= factor_;
    }

  private:
    LatencyBelief::Shared inner_;
    double factor_;
};

LatencyBelief::Shared scaled(const LatencyBelief::Shared& inner, double factor) {
    return factor == 1 ? inner : std::make_shared<Scaled>(inner, factor);
}

}  // namespace

LatencyBelief::LatencyBelief(RefinedModel& model, double confidence)
    : model_(&model), confidence_(confidence), prediction_(model.model()),
      upper_(std::make_shared<UpperBound>(model.model(), confidence)),
      archs_(model.measured().space_ptr()) {}

LatencyBelief::LatencyBelief(Shared prediction, Shared upper, SpacePtr space)
    : prediction_(std::move(prediction)), upper_(std::move(upper)), archs_(std::move(space)) {}

LatencyBelief::Shared LatencyBelief::prediction() const {
    return scaled(prediction_, factor_);
}

LatencyBelief::Shared LatencyBelief::upper() const {
    return scaled(upper_, factor_);
}

void LatencyBelief::learn(const Architectures& archs, std::span<const double> latencies) {
    archs_.append(archs);
    latencies_.insert(latencies_.end(), latencies.begin(), latencies.end());
    if (model_ != nullptr) {
        model_->add(archs, latencies);
        prediction_ = model_->model();
        upper_ = std::make_shared<UpperBound>(model_->model(), confidence_);
    }
    correct();
}

void LatencyBelief::correct() {
    const std::size_t count = latencies_.size();
    std::vector<double> predicted(count);
    std::vector<double> upper(count);
    prediction_->evaluate(archs_, predicted);
    upper_->evaluate(archs_, upper);
    double deviation = 0;  // mean log ratio of what was measured and predicted
    double reach = 0;      // and of bound and prediction
    double used = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double ratio = std::log(latencies_[i] / predicted[i]);
        const double width = std::log(upper[i] / predicted[i]);
        if (!std::isfinite(ratio) || !std::isfinite(width))
            continue;
        deviation += ratio;
        reach += width;
        used += 1;
    }
    factor_ = 1;
    if (used == 0 || deviation <= 0)
        return;
    const double explained = std::pow(reach / deviation, 2) / used;
    factor_ = std::exp(deviation / used * std::max(0.0, 1 - explained));
}

}  // namespace latpred
