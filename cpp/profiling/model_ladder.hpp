// How much of the variance regressions on more and more genes explain in networks not seen.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "profiling/pooled_design.hpp"

namespace latpred {

/// Columns of one model for N networks.
struct NestedColumns {
    std::string terms;  ///< "d + e + ks"
    Eigen::MatrixXd x;  ///< N x P
};

/// From depths alone to joint blocks and, last, pairs of depths; settings are in each.
std::vector<NestedColumns> model_ladder(const PooledDesign& design, const Architectures& archs);

/// 1 - squared errors over squared deviations, each network being predicted by the fit to all
/// others. NaN where the networks do not determine the model, or the values do not vary.
std::vector<double> held_out_r2(const Eigen::MatrixXd& x, const std::vector<Eigen::VectorXd>& ys);

}  // namespace latpred
