#include "guided/score_model.hpp"

#include <algorithm>

namespace latpred {

void FittedModel::fit(const Architectures& archs, std::span<const double> scores) {
    const auto [least, most] = std::ranges::minmax(scores);
    const double range = most > least ? most - least : 1;
    offset_ = range - least;
    std::vector<double> values(scores.begin(), scores.end());
    for (double& value : values)
        value += offset_;
    model_ = fitter_->fit({archs, values}, context_);
}

std::vector<double> FittedModel::predict(const Architectures& archs) const {
    std::vector<double> values(archs.size());
    model_->evaluate(archs, values);
    for (double& value : values)
        value -= offset_;
    return values;
}

}  // namespace latpred
