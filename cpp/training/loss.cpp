#include "training/loss.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Values = std::span<const float>;
using Loss = double (*)(const LossSettings&, Values, Values, std::span<float>);

double sign(double value) {
    return value > 0 ? 1.0 : value < 0 ? -1.0 : 0.0;
}

double error_at(Values predicted, Values target, std::size_t i) {
    return static_cast<double>(predicted[i]) - static_cast<double>(target[i]);
}

double mse(const LossSettings& /*settings*/, Values predicted, Values target,
           std::span<float> gradient) {
    const auto n = static_cast<double>(predicted.size());
    double sum = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        const double e = error_at(predicted, target, i);
        sum += e * e;
        gradient[i] = static_cast<float>(2 * e / n);
    }
    return sum / n;
}

double rmse(const LossSettings& settings, Values predicted, Values target,
            std::span<float> gradient) {
    constexpr double floor = 1e-6;  // latency_predictor.py of RhythmSyed/NAS_PerformanceEstimation
    const double root = std::sqrt(mse(settings, predicted, target, gradient) + floor);
    for (float& g : gradient)
        g = static_cast<float>(g / (2 * root));
    return root;
}

double smooth_l1(const LossSettings& settings, Values predicted, Values target,
                 std::span<float> gradient) {
    const auto n = static_cast<double>(predicted.size());
    const double beta = settings.name == "mae" ? 0 : settings.beta;
    double sum = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        const double e = error_at(predicted, target, i);
        const bool near = std::abs(e) < beta;
        sum += near ? e * e / (2 * beta) : std::abs(e) - beta / 2;
        gradient[i] = static_cast<float>((near ? e / beta : sign(e)) / n);
    }
    return sum / n;
}

double relative(const LossSettings& /*settings*/, Values predicted, Values target,
                std::span<float> gradient) {
    const auto n = static_cast<double>(predicted.size());
    double sum = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        const double size = std::abs(static_cast<double>(target[i]));
        if (size == 0)
            throw DataError(message("loss 'relative': row ", i, " of the batch has the target 0"));
        const double e = error_at(predicted, target, i);
        sum += std::abs(e) / size;
        gradient[i] = static_cast<float>(sign(e) / (size * n));
    }
    return sum / n;
}

double pairwise_rank(const LossSettings& settings, Values predicted, Values target,
                     std::span<float> gradient) {
    std::vector<double> slopes(predicted.size(), 0.0);
    double sum = 0;
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (target[i] == target[j])
                continue;
            const double order = target[i] > target[j] ? 1.0 : -1.0;
            const double lack =
                settings.margin - order * (static_cast<double>(predicted[i]) - predicted[j]);
            ++pairs;
            if (lack > 0) {
                sum += lack;
                slopes[i] -= order;
                slopes[j] += order;
            }
        }
    }
    const double weight = 1.0 / static_cast<double>(std::max<std::size_t>(pairs, 1));
    for (std::size_t i = 0; i < slopes.size(); ++i)
        gradient[i] = static_cast<float>(slopes[i] * weight);
    return sum * weight;
}

const std::map<std::string, Loss>& losses() {
    static const std::map<std::string, Loss> all{
        {"mae", smooth_l1},     {"mse", mse},   {"pairwise-rank", pairwise_rank},
        {"relative", relative}, {"rmse", rmse}, {"smooth-l1", smooth_l1},
    };
    return all;
}

}  // namespace

std::vector<std::string> loss_names() {
    std::vector<std::string> names;
    for (const auto& [name, loss] : losses())
        names.push_back(name);
    return names;
}

void check_loss(const LossSettings& settings) {
    if (!losses().contains(settings.name)) {
        throw ConfigError(message("unknown loss '", excerpt(settings.name), "'; known: ",
                                  join(loss_names()), did_you_mean(settings.name, loss_names())));
    }
    for (double number : {settings.beta, settings.margin}) {
        if (!(number >= 0) || !std::isfinite(number))
            throw ConfigError(message("loss: beta ", settings.beta, ", margin ", settings.margin,
                                      ", finite numbers of at least 0 expected"));
    }
}

double loss_and_gradient(const LossSettings& settings, std::span<const float> predicted,
                         std::span<const float> target, std::span<float> gradient) {
    if (predicted.empty() || predicted.size() != target.size() ||
        predicted.size() != gradient.size()) {
        throw ConfigError(message("loss: ", predicted.size(), " predictions, ", target.size(),
                                  " targets and ", gradient.size(),
                                  " places for gradients, as many of each expected"));
    }
    check_loss(settings);
    return losses().at(settings.name)(settings, predicted, target, gradient);
}

}  // namespace latpred
