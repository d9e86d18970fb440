// Operators of a graph that a caller names.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

/// Numbers of the operators of these names. ConfigError for a name that no operator has, or that
/// several have.
std::vector<int> operators_named(const OpGraph& graph, std::span<const std::string> names);

}  // namespace latpred
