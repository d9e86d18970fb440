// Graphs of a space's networks, split into what a node is and numbers beside it.
#pragma once

#include <string>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

struct NodeRows {
    std::vector<std::string> names;  ///< n: features that say what a node is, joined
    std::vector<float> numbers;      ///< n x F
    std::vector<float> adjacency;    ///< n x n: 1 where the row's node feeds the column's
};

/// Of each architecture; for `form` see EncoderGraphs. Nodes that a network lacks are left out.
std::vector<NodeRows> node_rows(const Architectures& archs, const std::string& form, int threads);

/// F.
std::size_t node_numbers(const SpacePtr& space, const std::string& form);

/// Whether they are costs, from which a node's operation can be told, not where it stands.
bool node_numbers_are_costs(const SpacePtr& space, const std::string& form);

}  // namespace latpred
