// Variances of the layers of a Gaussian prior, by maximal marginal likelihood.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "base/monitor.hpp"

namespace latpred {

struct VarianceOptions {
    int iterations = 40;
    double huber = 1.0;  ///< rows further out than this many deviations count less; 0: all count
};

struct VarianceComponents {
    Eigen::VectorXd variances;  ///< of each layer
    double noise = 1e-3;        ///< variance of a row with noise factor 1
    Eigen::VectorXd weights;    ///< of each row, 1 or less
};

/// Model: y ~ N(0, sum of variance * kernel + noise * diag(factor / weight)), the first layer (the
/// constant) with its variance fixed at 10. Iterates the minorise-maximise update of Zhou, Hu,
/// Zhou, Lange (2019), "MM algorithms for variance components models", which never lowers the
/// likelihood; every fifth time the weights follow from the leave-one-out residuals.
///
/// Args: kernels: N x N each; y: N, of mean 1; factors: N, relative noise variances.
VarianceComponents variance_components(const std::vector<Eigen::MatrixXd>& kernels,
                                       const Eigen::VectorXd& y, const Eigen::VectorXd& factors,
                                       const VarianceOptions& options = {},
                                       Monitor& monitor = Monitor::none());

/// Huber's weights of residuals against 1.4826 x their median absolute value, at least `floor`.
Eigen::VectorXd huber_weights(const Eigen::VectorXd& residuals, double huber, double floor);

}  // namespace latpred
