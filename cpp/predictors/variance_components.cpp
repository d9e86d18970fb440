#include "predictors/variance_components.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "base/statistics.hpp"
#include "predictors/positive_factor.hpp"

namespace latpred {
namespace {

constexpr double constant_variance = 10.0;
constexpr double start_variance = 0.01;
constexpr double least_variance = 1e-12;

Eigen::MatrixXd inverse_of(const Eigen::MatrixXd& covariance) {
    const auto factor = positive_factor(covariance);
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(covariance.rows(), covariance.cols());
    factor.solveInPlace(inverse);
    return inverse;
}

}  // namespace

Eigen::VectorXd huber_weights(const Eigen::VectorXd& residuals, double huber, double floor) {
    const auto count = static_cast<std::size_t>(residuals.size());
    const std::vector<double> weights =
        huber_weights(std::span(residuals.data(), count), huber, floor);
    return Eigen::Map<const Eigen::VectorXd>(weights.data(), residuals.size());
}

VarianceComponents variance_components(const std::vector<Eigen::MatrixXd>& kernels,
                                       const Eigen::VectorXd& y, const Eigen::VectorXd& factors,
                                       const VarianceOptions& options) {
    const auto layers = static_cast<Eigen::Index>(kernels.size());
    VarianceComponents found{Eigen::VectorXd::Constant(layers, start_variance), 1e-3,
                             Eigen::VectorXd::Ones(y.size())};
    found.variances[0] = constant_variance;
    for (int iteration = 0; iteration < options.iterations; ++iteration) {
        const Eigen::VectorXd noise = found.noise * factors.cwiseQuotient(found.weights);
        Eigen::MatrixXd covariance = noise.asDiagonal();
        for (Eigen::Index i = 0; i < layers; ++i)
            covariance += found.variances[i] * kernels[static_cast<std::size_t>(i)];
        const Eigen::MatrixXd inverse = inverse_of(covariance);
        const Eigen::VectorXd a = inverse * y;
        for (Eigen::Index i = 1; i < layers; ++i) {
            const Eigen::MatrixXd& kernel = kernels[static_cast<std::size_t>(i)];
            const double explained = a.dot(kernel * a);
            const double expected = inverse.cwiseProduct(kernel).sum();
            if (!(expected > 0))
                continue;  // no row has anything of this layer: its variance stays
            found.variances[i] =
                std::max(found.variances[i] * std::sqrt(explained / expected), least_variance);
        }
        const Eigen::VectorXd diagonal = inverse.diagonal();
        found.noise *= std::sqrt(a.cwiseAbs2().dot(noise) / diagonal.dot(noise));
        found.noise = std::max(found.noise, least_variance);
        if (options.huber > 0 && iteration % 5 == 4) {
            // Leave-one-out residual a/C, with variance 1/C for the row's weight, C the diagonal.
            const Eigen::VectorXd spread =
                diagonal.cwiseInverse() - noise + noise.cwiseProduct(found.weights);
            const Eigen::VectorXd residuals = a.cwiseQuotient(diagonal).cwiseQuotient(
                spread.cwiseMax(least_variance).cwiseSqrt());
            found.weights = huber_weights(residuals, options.huber, 1e-9);
        }
    }
    return found;
}

}  // namespace latpred
