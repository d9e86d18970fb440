#include "device_generic/accuracy_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "spaces/cost_tables.hpp"
#include "spaces/enumeration.hpp"
#include "spaces/fbnetv3_published.hpp"
#include "spaces/registry.hpp"

namespace latpred {
namespace {

constexpr double unit_macs = 600e6;
constexpr double least_exponent = 0.05;
constexpr double most_exponent = 3;

/// Top-1 in percent of A to G on ImageNet (mobile-vision, model_info_fbnet_v3.json).
constexpr std::array<double, 7> published_percents{79.574, 80.206, 80.826, 81.042,
                                                   81.254, 82.062, 82.794};

struct Trial {
    AccuracyCurve curve;
    double squares = std::numeric_limits<double>::infinity();
};

/// The best floor and scale for an exponent: a straight line.
Trial line_at(double exponent, std::span<const double> macs, std::span<const double> percents) {
    const auto count = static_cast<double>(macs.size());
    std::vector<double> powers;
    double mean_power = 0;
    double mean_error = 0;
    for (std::size_t i = 0; i < macs.size(); ++i) {
        powers.push_back(std::pow(macs[i] / unit_macs, -exponent));
        mean_power += powers.back() / count;
        mean_error += (100 - percents[i]) / count;
    }
    double covariance = 0;
    double variance = 0;
    for (std::size_t i = 0; i < macs.size(); ++i) {
        covariance += (powers[i] - mean_power) * (100 - percents[i] - mean_error);
        variance += (powers[i] - mean_power) * (powers[i] - mean_power);
    }
    const double scale = variance > 0 ? covariance / variance : 0;
    Trial trial{{mean_error - scale * mean_power, scale, exponent}, 0};
    for (std::size_t i = 0; i < macs.size(); ++i)
        trial.squares += std::pow(percents[i] - trial.curve.percent(macs[i]), 2);
    return trial;
}

std::vector<double> macs_of(const Architectures& archs) {
    std::vector<double> macs;
    for (const Costs& costs : count_costs(archs))
        macs.push_back(static_cast<double>(costs.macs));
    return macs;
}

}  // namespace

double AccuracyCurve::percent(double macs) const {
    return std::max(100 - floor - scale * std::pow(macs / unit_macs, -exponent), 0.0);
}

AccuracyCurve fit_accuracy_curve(std::span<const double> macs, std::span<const double> percents) {
    const auto good = [](double x) { return x > 0 && std::isfinite(x); };
    if (macs.size() != percents.size() || macs.size() < 3 || !std::ranges::all_of(macs, good) ||
        !std::ranges::all_of(percents, good)) {
        throw DataError(message("accuracy curve: ", macs.size(), " MACs and ", percents.size(),
                                " accuracies; three or more of each, above 0, expected"));
    }
    constexpr int steps = 2000;
    Trial best;
    for (int step = 0; step <= steps; ++step) {
        const double share = static_cast<double>(step) / steps;
        const double exponent = least_exponent * std::pow(most_exponent / least_exponent, share);
        const Trial trial = line_at(exponent, macs, percents);
        if (trial.squares < best.squares)
            best = trial;
    }
    if (!(best.curve.scale > 0))
        throw DataError("accuracy curve: accuracies that rise with the MACs expected");
    return best.curve;
}

CurveAccuracy::CurveAccuracy(const SpacePtr& space, ModelInfo info, const AccuracyCurve& curve)
    : Predictor(space, std::move(info)), curve_(curve) {
    const bool rises = curve_.scale > 0 && curve_.exponent > 0;
    if (!rises || !std::isfinite(curve_.floor + curve_.scale + curve_.exponent))
        throw DataError("accuracy curve: three finite numbers of a rising curve expected");
}

void CurveAccuracy::predict(const Architectures& archs, std::span<double> values) const {
    std::ranges::transform(macs_of(archs), values.begin(),
                           [this](double macs) { return curve_.percent(macs); });
}

void CurveAccuracy::store(TensorFile& file) const {
    const double numbers[] = {curve_.floor, curve_.scale, curve_.exponent};
    file.put("curve", numbers);
}

std::shared_ptr<CurveAccuracy> fbnetv3_accuracy(const SpacePtr& space) {
    if (space->family().name() != "fbnetv3") {
        throw ConfigError(
            message("fbnetv3_accuracy: ", space->description(), ", the space fbnetv3 expected"));
    }
    const SpacePtr published = make_space(FbNetV3Published::published_name, {});
    const std::vector<double> macs = macs_of(enumerate(published, published_percents.size()));
    const AccuracyCurve curve = fit_accuracy_curve(macs, published_percents);
    ModelInfo info;
    info.kind = "accuracy-curve";
    info.unit = "%";
    info.notes["source"] = "stand-in: a curve over MACs through the published FBNetV3 A to G";
    info.notes["ceiling_percent"] = message(100 - curve.floor);
    info.notes["exponent"] = message(curve.exponent);
    return std::make_shared<CurveAccuracy>(space, std::move(info), curve);
}

std::shared_ptr<Predictor> load_curve_accuracy(const SpacePtr& space, const ModelInfo& info,
                                               const TensorFile& file) {
    const std::vector<double> numbers = file.doubles("curve");
    if (numbers.size() != 3)
        throw CorruptionError("damaged file: three numbers of a curve expected");
    try {
        return std::make_shared<CurveAccuracy>(space, info,
                                               AccuracyCurve{numbers[0], numbers[1], numbers[2]});
    } catch (const DataError& error) {
        throw CorruptionError(message("damaged file: ", error.what()));
    }
}

}  // namespace latpred
