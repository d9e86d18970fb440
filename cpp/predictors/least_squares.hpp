// Least squares on sparse matrices without shrinkage.
#pragma once

#include <Eigen/Dense>

#include "base/monitor.hpp"
#include "predictors/additive_prior.hpp"

namespace latpred {

/// The least change of weights that takes the residuals of rows (N) away as far as features can, by
/// conjugate gradients (CGLS; Björck 1996, section 7.4): features that no row has stay as they are.
Eigen::VectorXd least_squares_change(const FeatureMatrix& x, const Eigen::VectorXd& residuals,
                                     Monitor& monitor);

}  // namespace latpred
