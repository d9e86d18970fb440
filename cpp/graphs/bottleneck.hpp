// Residual blocks of ResNets, D variant: average pooling before the projected shortcut.
#pragma once

#include <string>

#include "graphs/graph_builder.hpp"

namespace latpred {

struct Bottleneck {
    int channels = 0;  ///< out
    int middle = 0;    ///< between the convolutions
    int kernel = 3;
    int stride = 1;
    bool project = false;  ///< shortcut = average pool (kernel = stride, ceil), 1x1 convolution, BN
    Activation activation = Activation::relu;
    double eps = 1e-5;
};

/// Appends 1x1, k x k (stride), 1x1, the shortcut, add and activation.
int bottleneck(GraphBuilder& g, int from, const Bottleneck& block, const std::string& prefix = "");

/// Appends k x k (stride), k x k, the shortcut, add and activation.
int basic_block(GraphBuilder& g, int from, const Bottleneck& block, const std::string& prefix = "");

}  // namespace latpred
