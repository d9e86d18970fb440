// Operators of a graph that a caller names, and the form in which their values are handed out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

/// Numbers of the operators of these names. ConfigError for a name that no operator has, or that
/// several have.
std::vector<int> operators_named(const OpGraph& graph, std::span<const std::string> names);

/// By operator: whether PyTorch has its value as N x C and not as N x C x H x W. These are the
/// outputs of flatten, of linear layers of vectors, and what follows them value by value.
std::vector<bool> flat_values(const OpGraph& graph);

}  // namespace latpred
