// A space with fewer blocks and layers.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "profiling/unit_mutation.hpp"
#include "spaces/space.hpp"

namespace latpred {

/// Numbers of layers that a unit of the space may have, ascending; one where it has no depth.
std::vector<std::size_t> layer_counts(const Space& space, const MutationUnit& unit);

/// What is left: names of blocks by place ("u2.l1"), numbers of layers by unit ("u2"). Places and
/// units that are not named keep all.
struct Kept {
    std::map<std::string, std::set<std::string>> blocks;
    std::map<std::string, std::set<std::size_t>> layers;
};

/// The space narrowed to that. Choices of genes that no block is left with are dropped, and
/// combinations of the others that are not left are banned.
///
/// ConfigError for places, blocks, units and numbers of layers that the space has not, and where
/// nothing is left somewhere.
SpacePtr narrow(const SpacePtr& space, const std::string& name, const Kept& kept);

}  // namespace latpred
