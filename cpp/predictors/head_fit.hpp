// Robust ridge regression with a part that is not shrunk: what stands on a source model.
#pragma once

#include <Eigen/Core>

#include "base/monitor.hpp"

namespace latpred {

struct HeadOptions {
    double huber = 1.345;  ///< corner of the loss in robust deviations; 0: squares
    double ridge = -1;     ///< below 0: chosen by generalised cross-validation
};

struct HeadFit {
    Eigen::VectorXd base;   ///< coefficients of the columns that are not shrunk
    Eigen::VectorXd extra;  ///< of those that are
    double ridge = 0;       ///< infinite where the extra columns do not help
    double scale = 0;       ///< robust deviation of a row of value 1
    Eigen::VectorXd weights;
};

/// Minimises sum of huber((y - base b - extra c) / sqrt(y)) + ridge |c|^2, in the smaller of row
/// and column space. The ridge has the least generalised cross-validation error, degrees of freedom
/// counted 1.4 times (Kim and Gu 2004) as few rows would follow noise; no extra column at all is
/// one of the candidates.
///
/// Args: base: N x B; extra: N x K, scaled alike; y: N positive values.
HeadFit fit_head(const Eigen::MatrixXd& base, const Eigen::MatrixXd& extra,
                 const Eigen::VectorXd& y, const HeadOptions& options = {},
                 Monitor& monitor = Monitor::none());

}  // namespace latpred
