// The graphs of architectures and of op graphs made by hand.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "encodings/graph_batch.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// "operators" and "places".
std::span<const std::string> graph_levels();

/// Features of the nodes of the space's graphs; ConfigError for an unknown level.
std::vector<std::string> graph_feature_names(const Space& space, const std::string& level);

/// The graphs of N architectures at that level, in order of first use. Networks that were asked
/// for lately are not lowered again: the family remembers them, in a bounded number of bytes, for
/// any number of threads and all spaces that restrict it. ConfigError for an unknown level.
GraphBatch space_graphs(const Architectures& archs, const std::string& level, int threads = 1);

/// The same of graphs made by hand, at the level "operators". ConfigError for one without
/// operators.
GraphBatch graph_batch(std::span<const OpGraph* const> graphs);

}  // namespace latpred
