// Keys of OFA's look-up tables, read off the op graph.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "spaces/family.hpp"

namespace latpred {

/// A block of a network and its key.
struct LookupKey {
    int unit = -1;
    int layer = -1;
    std::string key;
    std::size_t end = 0;  ///< of its operators in the graph
};

/// The keys of all parts in execution order, in the form of mit-han-lab/once-for-all's
/// LatencyEstimator: "expanded_conv-input:HxWxC-output:HxWxC-expand:MID-kernel:k-stride:s-
/// idskip:0|1-se:0|1-hs:0|1" for blocks with a depthwise convolution, "Conv", "Conv_1", … for other
/// convolutions in their order, "AvgPool2D" and "Logits". In the form `ratio` MID is a ratio, there
/// are no se, hs and AvgPool2D, and "Logits" takes the plane before pooling.
///
/// ConfigError for a block that those tables cannot name (bottlenecks, cells, max pooling).
std::vector<LookupKey> lookup_keys(const OpGraph& graph, LookupForm form);

}  // namespace latpred
