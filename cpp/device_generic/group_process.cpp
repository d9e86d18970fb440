#include "device_generic/group_process.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/statistics.hpp"
#include "base/tensor_vectors.hpp"
#include "predictors/variance_components.hpp"
#include "transfer/evidence.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Variance of the constant, in units of the variance of the values: as good as free.
constexpr double level_factor = 100;
constexpr double huber_bound = 2;
constexpr int huber_rounds = 3;
/// Values further from their median than this many robust deviations are drawn in before variances
/// are estimated: a slip of the decimal point must not decide them.
constexpr double most_deviations = 4;

MatrixXd block(const GroupRows& rows, std::size_t group) {
    const FeatureRange range = rows.basis.range(group);
    return rows.features.middleCols(range.begin, range.count);
}

}  // namespace

MatrixXd in_prior_deviations(const MatrixXd& features, const VectorXd& variances) {
    return features * variances.cwiseSqrt().asDiagonal();
}

GroupVariances group_variances(const GroupRows& rows, const std::vector<Eigen::Index>& evidence,
                               const VectorXd& shares) {
    VectorXd y = rows.values(evidence);
    const double centre = median(numbers_of(y));
    const double reach =
        most_deviations * std::max(robust_deviation(numbers_of(y)), 1e-12 * std::abs(centre));
    y = (y.array() - centre).cwiseMax(-reach).cwiseMin(reach);
    y.array() -= y.mean();
    const double variance = y.squaredNorm() / static_cast<double>(y.size());
    GroupVariances found{VectorXd::Zero(wide_groups), 1e-12};
    if (!(variance > 0))
        return found;
    std::vector<MatrixXd> kernels;
    std::vector<Eigen::Index> used;
    EvidencePrior prior{.variances = {}, .noise = 0.05, .level = level_factor, .deviation = 3};
    for (std::size_t g = 0; g < wide_groups; ++g) {
        const auto index = static_cast<Eigen::Index>(g);
        if (shares[index] > 0 && rows.basis.varying(g) > 0) {
            kernels.push_back(gram(MatrixXd(block(rows, g)(evidence, Eigen::all))));
            prior.variances.push_back(shares[index]);
            used.push_back(index);
        }
    }
    const Evidence best = maximal_evidence(kernels, y / std::sqrt(variance), prior);
    for (std::size_t i = 0; i < used.size(); ++i)
        found.groups[used[i]] = best.variances[i] * variance;
    found.noise = best.noise * variance;
    return found;
}

GroupFit fit_group_process(const GroupRows& rows, const GroupVariances& variances,
                           Monitor& monitor) {
    const Eigen::Index n = rows.values.size();
    GroupFit fit{VectorXd::Zero(rows.basis.columns()), 0, {}, {}, 0, variances};
    const double centre = median(numbers_of(rows.values));
    const VectorXd y = rows.values.array() - centre;
    const double spread = std::max(y.squaredNorm() / static_cast<double>(n), 1e-24);
    const VectorXd prior = rows.basis.spread(variances.groups);
    const MatrixXd scaled = in_prior_deviations(rows.features, prior);
    const MatrixXd kernel = gram(scaled, monitor).array() + level_factor * spread;
    VectorXd row_weights = VectorXd::Ones(n);
    for (int round = 0; round < huber_rounds; ++round) {
        monitor.poll();
        MatrixXd sum = kernel;
        sum.diagonal() += variances.noise * row_weights.cwiseInverse();
        const Cholesky factor = positive_factor(sum, monitor);
        const VectorXd alpha = factor.solve(y, monitor);
        if (round + 1 == huber_rounds)
            fit.left_out = alpha.cwiseQuotient(factor.inverse_diagonal(monitor));
        fit.weights = prior.cwiseProduct(VectorXd(product(rows.features.transpose(), alpha)));
        fit.level = level_factor * spread * alpha.sum();
        fit.residuals = y - product(rows.features, fit.weights) - VectorXd::Constant(n, fit.level);
        fit.deviation = robust_scale(numbers_of(fit.residuals));
        row_weights = huber_weights(fit.residuals, huber_bound, 1e-12 * std::sqrt(spread));
    }
    fit.level += centre;
    return fit;
}

}  // namespace latpred
