// What counting the population in draws adds to the errors of the pooled regression.
#pragma once

#include <Eigen/Core>

#include "profiling/pooled_design.hpp"

namespace latpred {

/// (1 + K) x (1 + K), K states of sites: covariance of the means over all networks and over those
/// with each state, of what these P coefficients say, as counted in moment_draws.
Eigen::MatrixXd counted_base_covariance(const PooledDesign& design, const std::vector<int>& states,
                                        const Eigen::VectorXd& coefficients);

}  // namespace latpred
