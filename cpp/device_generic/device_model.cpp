#include "device_generic/device_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "predictors/batches.hpp"
#include "predictors/intervals.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double most_logarithm = 60;

}  // namespace

DeviceModel::DeviceModel(ModelInfo info, State state)
    : Predictor(state.basis.space(), std::move(info)), state_(std::move(state)) {
    check();
    if (state_.features.rows() > 0) {
        MatrixXd covariance =
            gram(in_prior_deviations(state_.features, state_.weight_variances)).array() +
            state_.level_variance;
        covariance.diagonal() += state_.noises;
        inverse_ = positive_factor(covariance).inverse();
    }
    set_calibration(*this, normal_scores(), "posterior of the device-generic model");
}

void DeviceModel::check() const {
    const Index width = state_.basis.columns() + 1;
    const bool fits = state_.common.model && state_.weights.size() == width &&
                      state_.weight_variances.size() == width &&
                      state_.features.rows() == state_.noises.size() &&
                      (state_.features.rows() == 0 || state_.features.cols() == width);
    if (!fits || !state_.weights.allFinite() || !state_.weight_variances.allFinite() ||
        !state_.features.allFinite() || !state_.noises.allFinite() ||
        state_.weight_variances.minCoeff() < 0 || !(state_.noise > 0) ||
        (state_.noises.size() > 0 && state_.noises.minCoeff() <= 0) ||
        !std::isfinite(state_.level + state_.noise + state_.level_variance + state_.centre +
                       state_.common.share + state_.common.deviation) ||
        state_.level_variance < 0 ||
        !(state_.noise_factor > 0 && std::isfinite(state_.noise_factor)))
        throw CorruptionError("device-generic model: finite tensors of fitting sizes expected");
}

MatrixXd DeviceModel::features_of(const Architectures& archs, const VectorXd& common) const {
    return deviation_features(state_.basis, state_.centre, archs, common);
}

void DeviceModel::predict(const Architectures& archs, std::span<double> values) const {
    if (state_.companion) {
        state_.companion->evaluate(archs, values);
        return;
    }
    in_batches(archs, [&](std::size_t begin, const Architectures& part) {
        const VectorXd common = state_.common.of(part).logarithms;
        const VectorXd apart = product(features_of(part, common), state_.weights);
        for (Index i = 0; i < apart.size(); ++i) {
            const double logarithm = common[i] + state_.level + apart[i];
            values[begin + static_cast<std::size_t>(i)] =
                std::exp(std::clamp(logarithm, -most_logarithm, most_logarithm));
        }
    });
}

void DeviceModel::spreads(const Architectures& archs, std::span<const double> predicted,
                          std::span<double> spreads) const {
    if (state_.companion) {
        state_.companion->spreads(archs, predicted, spreads);
        return;
    }
    in_batches(archs, [&](std::size_t begin, const Architectures& part) {
        const CommonFactors::Values common = state_.common.of(part);
        const MatrixXd features = features_of(part, common.logarithms);
        const MatrixXd scaled = in_prior_deviations(features, state_.weight_variances);
        VectorXd variance = scaled.rowwise().squaredNorm().array() + state_.level_variance;
        if (inverse_.size() > 0) {
            const MatrixXd samples = in_prior_deviations(state_.features, state_.weight_variances);
            const MatrixXd cross =
                product(scaled, samples.transpose()).array() + state_.level_variance;
            variance -= product(cross, inverse_).cwiseProduct(cross).rowwise().sum();
        }
        for (Index i = 0; i < variance.size(); ++i) {
            const std::size_t at = begin + static_cast<std::size_t>(i);
            const double unseen = common.known[static_cast<std::size_t>(i)]
                                      ? 0
                                      : state_.common.deviation * state_.common.deviation;
            spreads[at] =
                predicted[at] * std::sqrt(state_.noise_factor *
                                          (std::max(variance[i], 0.0) + state_.noise + unseen));
        }
    });
}

}  // namespace latpred
