#include "neural/combined.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/tensor_vectors.hpp"
#include "base/text.hpp"
#include "predictors/nested_model.hpp"
#include "predictors/rehouse.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// No latency is predicted below this share of the base's.
constexpr double least_of_base = 0.1;

/// How much larger than the noise a device's part of the residuals may be.
constexpr std::array<double, 5> strengths{0.1, 0.3, 1, 3, 10};

struct Hypothesis {
    double log_evidence = 0;
    VectorXd weights;
};

Hypothesis weighed(const MatrixXd& values, const VectorXd& residuals, double strength) {
    MatrixXd covariance = strength * gram(values);
    covariance.diagonal().array() += 1;
    const Cholesky factor = positive_factor(covariance);
    const VectorXd solved = factor.solve(residuals);
    const double fit = std::max(residuals.dot(solved), 1e-300);
    return {-0.5 *
                (factor.log_determinant() + static_cast<double>(residuals.size()) * std::log(fit)),
            strength * product(values.transpose(), solved)};
}

}  // namespace

ResidualGate gate_residuals(const MatrixXd& values, const VectorXd& residuals, double scale) {
    ResidualGate gate{VectorXd::Zero(values.cols()), 0};
    if (residuals.size() == 0 || residuals.squaredNorm() < 1e-24)
        return gate;
    const MatrixXd scaled = values / std::sqrt(scale);
    std::vector<Hypothesis> all;
    all.push_back({-0.5 * static_cast<double>(residuals.size()) * std::log(residuals.squaredNorm()),
                   gate.weights});
    for (const double strength : strengths)
        all.push_back(weighed(scaled, residuals, strength));
    double most = all.front().log_evidence;
    for (const Hypothesis& one : all)
        most = std::max(most, one.log_evidence);
    double sum = std::exp(all.front().log_evidence - most);
    const double none = sum;
    for (std::size_t i = 1; i < all.size(); ++i) {
        const double part = std::exp(all[i].log_evidence - most) / strengths.size();
        gate.weights += part * all[i].weights;
        sum += part;
    }
    gate.weights /= sum * std::sqrt(scale);
    gate.share = 1 - none / sum;
    return gate;
}

CombinedModel::CombinedModel(ModelInfo info, std::shared_ptr<const Predictor> base,
                             std::shared_ptr<const ResidualNetwork> network, VectorXd weights)
    : Predictor(base->space(), std::move(info)), base_(std::move(base)),
      network_(std::move(network)), weights_(std::move(weights)) {
    const std::size_t sources = network_ ? network_->sources() : 0;
    if (static_cast<std::size_t>(weights_.size()) != sources || !weights_.allFinite())
        throw ConfigError(message("combined model: ", sources, " finite weights expected"));
    calibration() = base_->calibration();
}

void CombinedModel::predict(const Architectures& archs, std::span<double> values) const {
    const VectorXd base = values_at(*base_, archs, "combined model: base");
    std::ranges::copy(base, values.begin());
    if (!network_)
        return;
    const VectorXd added = product(network_->values(archs), weights_);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::max(values[i] + added[static_cast<Index>(i)], least_of_base * values[i]);
}

void CombinedModel::spreads(const Architectures& archs, std::span<const double> /*predicted*/,
                            std::span<double> spreads) const {
    const VectorXd base = values_at(*base_, archs, "combined model: base");
    base_->spreads(archs, {base.data(), static_cast<std::size_t>(base.size())}, spreads);
}

void CombinedModel::store(TensorFile& file) const {
    put_model(file, "base", *base_);
    file.put("combined.weights", numbers_of(weights_));
    if (network_)
        network_->store(file);
}

std::shared_ptr<Predictor> load_combined(const SpacePtr& space, const ModelInfo& info,
                                         const TensorFile& file) {
    PredictorPtr base = find_model(file, "base");
    if (!base || base->info().kind == "combined" || !same_genes(*space, *base->space()))
        throw CorruptionError("damaged file: a base of the same space expected");
    VectorXd weights = vector_of(file, "combined.weights");
    std::shared_ptr<const ResidualNetwork> network;
    if (weights.size() > 0)
        network = std::make_shared<const ResidualNetwork>(ResidualNetwork::load(file));
    if (network && network->sources() != static_cast<std::size_t>(weights.size()))
        throw CorruptionError("damaged file: combined.weights: a number of each source expected");
    return std::make_shared<CombinedModel>(info, std::move(base), std::move(network),
                                           std::move(weights));
}

}  // namespace latpred
