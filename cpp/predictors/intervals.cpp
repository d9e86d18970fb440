#include "predictors/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/text.hpp"
#include "metrics/coverage_test.hpp"

namespace latpred {
namespace {

constexpr const char* scores_key = "calibration.scores";
constexpr const char* method_key = "calibration.method";

bool is_score(double score) {
    return std::isfinite(score) && score >= 0;
}

}  // namespace

std::vector<double> interval_scores(const Predictor& model, const Architectures& archs,
                                    std::span<const double> values) {
    if (values.size() != archs.size()) {
        throw DataError(message("calibrate: ", archs.size(), " architectures but ", values.size(),
                                " values; one value for each expected"));
    }
    std::vector<double> scores(values.size());
    std::vector<double> spreads(values.size());
    model.evaluate(archs, scores);
    model.spreads(archs, scores, spreads);
    for (std::size_t i = 0; i < values.size(); ++i) {
        scores[i] = std::abs(values[i] - scores[i]) / spreads[i];
        if (!std::isfinite(scores[i]))
            throw DataError(message("calibrate: row ", i, ": ", values[i],
                                    "; a finite value and prediction expected"));
    }
    return scores;
}

void set_calibration(Predictor& model, std::vector<double> scores, const std::string& method) {
    if (scores.empty() || !std::all_of(scores.begin(), scores.end(), is_score))
        throw DataError("calibrate: at least one row, and finite scores of 0 or more, expected");
    std::sort(scores.begin(), scores.end());
    model.calibration() = {std::move(scores), method};
}

std::vector<double> normal_scores() {
    constexpr int count = 199;
    std::vector<double> scores;
    double z = 0;
    for (int i = 1; i <= count; ++i) {
        const double wanted = static_cast<double>(i) / (count + 1);
        for (int step = 0; step < 50; ++step)
            z -= (std::erf(z / std::numbers::sqrt2) - wanted) /
                 (std::sqrt(2 * std::numbers::inv_pi) * std::exp(-z * z / 2));
        scores.push_back(z);
    }
    return scores;
}

double interval_reach(const Predictor& model, double confidence) {
    const std::vector<double>& scores = model.calibration().scores;
    if (scores.empty()) {
        throw NotFittedError(
            "predict_interval: the model has no calibration: call calibrate(table) with rows that "
            "it was not fitted on, or calibrate(training_table, folds=10), before it is saved");
    }
    if (!(confidence > 0 && confidence < 1))
        throw ConfigError(message("confidence ", confidence, ": between 0 and 1 expected"));
    const std::size_t rank = conformal_rank(scores.size(), confidence);
    if (rank == 0) {
        const auto n = static_cast<double>(scores.size());
        throw DataError(message("predict_interval: ", scores.size(), " calibration rows support ",
                                "confidences up to ", n / (n + 1), ", got ", confidence));
    }
    return scores[rank - 1];
}

void interval_around(const Predictor& model, const Architectures& archs,
                     std::span<const double> predicted, double confidence, std::span<double> low,
                     std::span<double> high) {
    const double reach = interval_reach(model, confidence);
    std::vector<double> spreads(archs.size());
    model.spreads(archs, predicted, spreads);
    for (std::size_t i = 0; i < spreads.size(); ++i) {
        high[i] = predicted[i] + reach * spreads[i];
        low[i] = predicted[i] - reach * spreads[i];
        if (!std::isfinite(high[i] - low[i])) {
            throw DataError(message("predict_interval: ", low[i], " to ", high[i],
                                    " for architecture ", i,
                                    ": numbers beyond what can be computed"));
        }
    }
}

void predict_interval(const Predictor& model, const Architectures& archs, double confidence,
                      std::span<double> low, std::span<double> high) {
    std::vector<double> predicted(archs.size());
    model.evaluate(archs, predicted);
    interval_around(model, archs, predicted, confidence, low, high);
}

double coverage(std::span<const double> low, std::span<const double> high,
                std::span<const double> values) {
    const std::size_t count = values.size();
    if (count == 0 || low.size() != count || high.size() != count) {
        throw DataError(message("coverage: ", count, " values beside ", low.size(), " and ",
                                high.size(), " ends of intervals"));
    }
    std::size_t inside = 0;
    for (std::size_t i = 0; i < count; ++i)
        inside += low[i] <= values[i] && values[i] <= high[i] ? 1U : 0U;
    return static_cast<double>(inside) / static_cast<double>(count);
}

void store_calibration(const Predictor& model, TensorFile& file) {
    if (model.calibration().scores.empty())
        return;
    file.put(scores_key, model.calibration().scores);
    file.metadata[method_key] = model.calibration().method;
}

void load_calibration(Predictor& model, const TensorFile& file) {
    if (!file.tensors.contains(scores_key))
        return;
    std::vector<double> scores = file.doubles(scores_key);
    if (scores.empty() || !std::all_of(scores.begin(), scores.end(), is_score) ||
        !std::is_sorted(scores.begin(), scores.end()))
        throw CorruptionError("damaged file: calibration scores must be finite and ascend from 0");
    model.calibration() = {std::move(scores), file.text(method_key)};
}

}  // namespace latpred
