// The original's rule in terms of the pooled regression.
#pragma once

#include <Eigen/Core>

#include "profiling/pooled_design.hpp"

namespace latpred {

/// P: expected columns where the block of state number `state` is put at site `number` and depths
/// below the layer's number are raised to it (Mills et al.'s code): the layer is there as often as
/// in any draw, and elsewhere the unit has the last depth without it. ConfigError for spaces in
/// which that is not so: with couplings or bans, or without that depth.
Eigen::VectorXd legacy_expectation(const PooledDesign& design, std::size_t number, int state);

}  // namespace latpred
