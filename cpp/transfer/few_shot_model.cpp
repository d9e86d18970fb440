#include "transfer/few_shot_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "predictors/batches.hpp"
#include "predictors/intervals.hpp"
#include "predictors/rehouse.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// No latency is predicted below this share of the least one measured.
constexpr double least_share = 0.1;

MatrixXd group_columns(const FeatureBasis& basis, const MatrixXd& features, std::size_t group) {
    const FeatureBasis::Range range = basis.range(static_cast<FeatureGroup>(group));
    return features.middleCols(range.begin, range.count);
}

/// Of the diagonal of a kernel, for N rows.
VectorXd squares(const FewShotState& state, const MatrixXd& features, const MatrixXd& sources,
                 std::size_t group) {
    return (group == source_group ? sources : group_columns(state.basis, features, group))
        .rowwise()
        .squaredNorm();
}

MatrixXd source_values(const MatrixXd& features, const MatrixXd& directions) {
    return product(features, directions) /
           std::sqrt(static_cast<double>(std::max<Eigen::Index>(directions.cols(), 1)));
}

MatrixXd covariance(const LinearProcess& process, const std::vector<MatrixXd>& kernels) {
    MatrixXd sum =
        MatrixXd::Constant(kernels.front().rows(), kernels.front().cols(), level_variance);
    for (std::size_t g = 0; g < kernel_groups; ++g) {
        if (process.variances[g] > 0)
            sum += process.variances[g] * kernels[g];
    }
    return sum;
}

}  // namespace

std::vector<MatrixXd> group_kernels(const FeatureBasis& basis, const MatrixXd& directions,
                                    const MatrixXd& a, const MatrixXd& b) {
    std::vector<MatrixXd> kernels;
    for (std::size_t g = 0; g < feature_groups; ++g)
        kernels.push_back(
            product(group_columns(basis, a, g), group_columns(basis, b, g).transpose().eval()));
    kernels.push_back(
        product(source_values(a, directions), source_values(b, directions).transpose().eval()));
    return kernels;
}

FewShotModel::FewShotModel(ModelInfo info, FewShotState state)
    : Predictor(state.basis.space(), std::move(info)), state_(std::move(state)) {
    check();
    const auto n = static_cast<double>(state_.values.size());
    mean_ = state_.values.mean();
    deviation_ = std::sqrt((state_.values.array() - mean_).square().sum() / n);
    // Equal latencies leave nothing to learn but their value.
    if (!(deviation_ > 1e-12 * mean_))
        deviation_ = 1e-12 * mean_;
    least_ = least_share * state_.values.minCoeff();
    solve();
    set_calibration(*this, normal_scores(), "posterior of the few-shot model");
}

void FewShotModel::check() const {
    const Eigen::Index columns = state_.basis.columns();
    const bool fits = state_.directions.rows() == columns && state_.features.cols() == columns &&
                      state_.features.rows() == state_.values.size() && state_.values.size() > 0 &&
                      !state_.processes.empty() && state_.companion_share >= 0 &&
                      state_.companion_share <= 1;
    const auto sound = [](const LinearProcess& p) {
        return std::ranges::all_of(p.variances,
                                   [](double v) { return std::isfinite(v) && v >= 0; }) &&
               std::isfinite(p.noise) && p.noise > 0 && p.share >= 0 && p.share <= 1;
    };
    if (!fits || !state_.directions.allFinite() || !state_.features.allFinite() ||
        !state_.values.allFinite() || state_.values.minCoeff() <= 0 ||
        !std::ranges::all_of(state_.processes, sound))
        throw CorruptionError("few-shot model: finite tensors of fitting sizes expected");
}

void FewShotModel::solve() {
    const VectorXd t = (state_.values.array() - mean_) / deviation_;
    const std::vector<MatrixXd> kernels =
        group_kernels(state_.basis, state_.directions, state_.features, state_.features);
    weights_ = VectorXd::Zero(state_.basis.columns());
    level_ = mean_;
    for (const LinearProcess& process : state_.processes) {
        MatrixXd sum = covariance(process, kernels);
        sum.diagonal().array() += process.noise;
        MatrixXd inverse = positive_factor(sum).inverse();
        VectorXd alpha = product(inverse, t);
        weights_ += process.share * deviation_ * weights_of(process, alpha);
        level_ += process.share * deviation_ * level_variance * alpha.sum();
        solved_.push_back({std::move(inverse), std::move(alpha)});
    }
    if (!weights_.allFinite() || !std::isfinite(level_))
        throw DataError("few-shot model: numbers beyond what can be computed");
}

VectorXd FewShotModel::weights_of(const LinearProcess& process, const VectorXd& alpha) const {
    const VectorXd pulled = product(state_.features.transpose(), alpha);
    VectorXd weights = VectorXd::Zero(pulled.size());
    for (std::size_t g = 0; g < feature_groups; ++g) {
        const FeatureBasis::Range range = state_.basis.range(static_cast<FeatureGroup>(g));
        weights.segment(range.begin, range.count) =
            process.variances[g] * pulled.segment(range.begin, range.count);
    }
    const VectorXd along = product(state_.directions.transpose(), pulled);
    const auto devices = static_cast<double>(std::max<Eigen::Index>(along.size(), 1));
    return weights +
           process.variances[source_group] / devices * VectorXd(product(state_.directions, along));
}

void FewShotModel::predict(const Architectures& archs, std::span<double> values) const {
    in_batches(archs, [&](std::size_t begin, const Architectures& part) {
        const VectorXd sums = product(state_.basis.of(part), weights_);
        for (Eigen::Index i = 0; i < sums.size(); ++i)
            values[begin + static_cast<std::size_t>(i)] = level_ + sums[i];
    });
    if (state_.companion) {
        const VectorXd others = values_at(*state_.companion, archs, "few-shot model: companion");
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] +=
                state_.companion_share * (others[static_cast<Eigen::Index>(i)] - values[i]);
    }
    for (double& value : values)
        value = std::max(value, least_);
}

void FewShotModel::spreads(const Architectures& archs, std::span<const double> /*predicted*/,
                           std::span<double> spreads) const {
    std::vector<double> means(spreads.size());
    in_batches(archs, [&](std::size_t begin, const Architectures& part) {
        const MatrixXd features = state_.basis.of(part);
        const std::vector<MatrixXd> kernels =
            group_kernels(state_.basis, state_.directions, features, state_.features);
        const MatrixXd sources = source_values(features, state_.directions);
        VectorXd second = VectorXd::Zero(features.rows());
        VectorXd first = VectorXd::Zero(features.rows());
        for (std::size_t p = 0; p < solved_.size(); ++p) {
            const LinearProcess& process = state_.processes[p];
            const MatrixXd cross = covariance(process, kernels);
            VectorXd variance = VectorXd::Constant(features.rows(), level_variance + process.noise);
            for (std::size_t g = 0; g < kernel_groups; ++g) {
                if (process.variances[g] > 0)
                    variance += process.variances[g] * squares(state_, features, sources, g);
            }
            variance -= product(cross, solved_[p].inverse).cwiseProduct(cross).rowwise().sum();
            const VectorXd mean = product(cross, solved_[p].alpha);
            first += process.share * mean;
            second += process.share * (variance.cwiseMax(process.noise) + mean.cwiseAbs2());
        }
        const VectorXd deviations = (second - first.cwiseAbs2()).cwiseMax(1e-12).cwiseSqrt();
        for (Eigen::Index i = 0; i < deviations.size(); ++i) {
            spreads[begin + static_cast<std::size_t>(i)] = deviation_ * deviations[i];
            means[begin + static_cast<std::size_t>(i)] = mean_ + deviation_ * first[i];
        }
    });
    if (!state_.companion)
        return;
    // The variance of a mixture, in which the companion alone adds nothing of its own.
    const VectorXd others = values_at(*state_.companion, archs, "few-shot model: companion");
    const double share = state_.companion_share;
    for (std::size_t i = 0; i < spreads.size(); ++i) {
        const double between = others[static_cast<Eigen::Index>(i)] - means[i];
        spreads[i] = std::sqrt((1 - share) * spreads[i] * spreads[i] +
                               share * (1 - share) * between * between);
    }
}

}  // namespace latpred
