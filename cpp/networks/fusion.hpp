// Which operators of a graph a runner may execute as one.
#pragma once

#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

/// What to fuse into a convolution.
struct Fusion {
    bool batch_norm = false;  ///< its only consumer; folded into the weights
    bool residual = false;    ///< an addition of one other value that is known by then
    bool activation = false;  ///< applied last; after a residual only relu
    std::vector<int> kept;    ///< values that must be there on their own: what yields them ends
};

/// An operator and what was fused into it. Values are numbered as the operators that yield them.
struct FusedOp {
    int op = 0;           ///< the operator itself
    int batch_norm = -1;  ///< folded into it
    int residual = -1;    ///< value added to the result
    Activation activation = Activation::none;
    int output = 0;  ///< value it yields: that of the last fused operator

    /// Values it reads: the operator's inputs, then the residual. What has no inputs (a parameter)
    /// reads the network's, for the number of images.
    [[nodiscard]] std::vector<int> inputs(const OpGraph& graph) const;
};

/// All operators in an order in which they can run.
std::vector<FusedOp> fuse(const OpGraph& graph, const Fusion& fusion);

}  // namespace latpred
