// What the costs of the networks alone let expect of their latencies.
#pragma once

#include <Eigen/Dense>
#include <span>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// N x 6 columns that are comparable in size: constant, MACs, parameters, bytes, peak bytes and
/// kernels of the chosen rows, each divided by its mean.
Eigen::MatrixXd cost_columns(const Architectures& archs, std::span<const std::size_t> rows);

/// Latencies as a linear function of the columns, fitted to the rows of positive `weights` with
/// relative errors and Huber weights, so that neither slow networks nor wrong rows decide. At
/// least 1/20 of the median latency.
std::vector<double> fit_costs(const Eigen::MatrixXd& columns, std::span<const double> latency,
                              std::span<const double> weights);

/// Huber weights (95 % efficiency at the normal distribution) times `weights`; the scale is the
/// median absolute residual of the rows of positive weight.
std::vector<double> robust_weights(std::span<const double> residuals,
                                   std::span<const double> weights);

}  // namespace latpred
