// Least squares with coefficients of at least 0.
#pragma once

#include <Eigen/Core>

#include "base/monitor.hpp"

namespace latpred {

/// The x >= 0 of least x' G x / 2 - b' x, of a positive definite G: Lawson and Hanson's active sets
/// on normal equations (Bro and de Jong, "A fast non-negativity-constrained least squares
/// algorithm", Journal of Chemometrics 11, 1997).
Eigen::VectorXd non_negative_solution(const Eigen::MatrixXd& g, const Eigen::VectorXd& b,
                                      Monitor& monitor = Monitor::none());

}  // namespace latpred
