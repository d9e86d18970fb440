// Channels of a network that can change places without changing what it computes.
#pragma once

#include <cstddef>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

/// Channels that several operators hand on one by one, inside one block.
struct ChannelGroup {
    std::size_t channels = 0;
    std::vector<int> holders;  ///< operators with one output a channel, in execution order
    std::vector<int> readers;  ///< convolutions of all channels, and linear layers; not empty
};

/// The groups that one block makes, keeps and reads: no shortcut adds to them, no other block and
/// no operator that tells channels apart (grouped convolution, concat, …) sees them.
std::vector<ChannelGroup> inner_channels(const OpGraph& graph);

}  // namespace latpred
