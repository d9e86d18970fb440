// Architectures that others of a space are measured beside.
#pragma once

#include <cstddef>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// About the 10th, 50th and 90th percentile of MACs of 65 sampled with seed 0: the same for every
/// campaign in a space, and of the operators that its networks are made of.
Architectures reference_architectures(const SpacePtr& space);

/// Number of the reference nearest in MACs to each of N architectures; see `nearest_by_ratio`.
std::vector<std::size_t> pair_by_size(const Architectures& archs, const Architectures& references);

}  // namespace latpred
