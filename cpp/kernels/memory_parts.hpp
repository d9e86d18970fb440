// What one run of a network keeps in memory, by counting.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "graphs/tensor_graph.hpp"

namespace latpred {

/// Parts of the memory of a network's run; bytes but for `operators`. The peaks are of living
/// values, each freed after its last reader; inputs live from beginning to end, since the caller
/// holds them, outputs from their operator to the end.
struct MemoryParts {
    double weights = 0;           ///< numbers that are known before the run, each once
    double embedded_weights = 0;  ///< those of them that stand in the network's file itself, which
                                  ///< is parsed as a whole, instead of in a file beside it
    double conv_weights = 0;  ///< those of them that convolutions read, which runtimes lay out anew
    double product_weights = 0;  ///< those that matrix products read
    double largest_weight = 0;
    double inputs = 0;
    double outputs = 0;
    double fused = 0;      ///< peak between fused kernels: the least
    double in_place = 0;   ///< peak operator by operator; pointwise work overwrites what dies
    double separate = 0;   ///< the same where every operator writes to memory of its own
    double copied = 0;     ///< the same where views are copies too: the most without workspaces
    double reordered = 0;  ///< `separate`, where products and convolutions copy what they read and
                           ///< write into a layout of their own
    double columns = 0;    ///< `separate`, with what convolutions spread of one image (im2col)
    double scored = 0;     ///< `separate`, with the scores of attention and what becomes of them
    double written = 0;    ///< all that operators write
    double operators = 0;  ///< their number
    bool operator==(const MemoryParts&) const = default;
};

struct MemoryPart {
    std::string_view name;
    double MemoryParts::* member;
};

/// All parts by name.
std::span<const MemoryPart> memory_part_list();

/// `embedded`: whether the weights stand in the network's file. ConfigError where a count
/// overflows.
MemoryParts memory_parts(const TensorGraph& graph, bool embedded);

}  // namespace latpred
