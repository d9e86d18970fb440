#include "predictors/one_sided.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/intervals.hpp"

namespace latpred {
namespace {

double one_sided_reach(const Predictor& model, double confidence) {
    if (!(confidence >= even_confidence && confidence < 1)) {
        throw ConfigError(message("confidence ", confidence, " of an upper bound: at least ",
                                  even_confidence, " and below 1 expected"));
    }
    return confidence > even_confidence ? interval_reach(model, 2 * confidence - 1) : 0;
}

/// Share of measurements that lie at most `distance` spreads above the prediction.
double share_below(const std::vector<double>& scores, double distance) {
    const auto nearer = std::ranges::upper_bound(scores, std::abs(distance)) - scores.begin();
    const double inside = static_cast<double>(nearer) / static_cast<double>(scores.size() + 1);
    return distance < 0 ? (1 - inside) / 2 : (1 + inside) / 2;
}

/// Predictions, and so many spreads more.
void moved_predictions(const Predictor& model, const Architectures& archs, double reach,
                       std::span<double> values) {
    model.evaluate(archs, values);
    if (reach == 0)
        return;
    std::vector<double> spreads(values.size());
    model.spreads(archs, values, spreads);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] += reach * spreads[i];
}

}  // namespace

UpperBound::UpperBound(std::shared_ptr<const Predictor> model, double confidence)
    : model_(std::move(model)), reach_(one_sided_reach(*model_, confidence)) {}

void UpperBound::evaluate(const Architectures& archs, std::span<double> values) const {
    moved_predictions(*model_, archs, reach_, values);
}

LowerBound::LowerBound(std::shared_ptr<const Predictor> model, double confidence)
    : model_(std::move(model)), reach_(one_sided_reach(*model_, confidence)) {}

void LowerBound::evaluate(const Architectures& archs, std::span<double> values) const {
    moved_predictions(*model_, archs, -reach_, values);
}

LimitOutlook limit_outlook(const Predictor& model, const Architectures& archs, double limit,
                           double confidence) {
    const double reach = one_sided_reach(model, confidence);
    static_cast<void>(interval_reach(model, even_confidence));
    const std::size_t count = archs.size();
    LimitOutlook outlook{std::vector<double>(count), std::vector<double>(count),
                         std::vector<double>(count)};
    std::vector<double> spreads(count);
    model.evaluate(archs, outlook.predicted);
    model.spreads(archs, outlook.predicted, spreads);
    for (std::size_t i = 0; i < count; ++i) {
        outlook.upper[i] = outlook.predicted[i] + reach * spreads[i];
        outlook.chance[i] =
            share_below(model.calibration().scores, (limit - outlook.predicted[i]) / spreads[i]);
    }
    return outlook;
}

}  // namespace latpred
