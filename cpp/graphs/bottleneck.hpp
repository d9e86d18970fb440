// ResNet bottleneck of the D variant: average pooling before the projected shortcut.
#pragma once

#include <string>

#include "graphs/graph_builder.hpp"

namespace latpred {

struct Bottleneck {
    int channels = 0;  ///< out
    int middle = 0;    ///< between the 1x1 convolutions
    int stride = 1;
    bool project = false;  ///< shortcut = average pool (kernel = stride, ceil), 1x1 convolution, BN
    double eps = 1e-5;
};

/// Appends 1x1, 3x3 (stride), 1x1, the shortcut, add and ReLU.
int bottleneck(GraphBuilder& g, int from, const Bottleneck& block, const std::string& prefix = "");

}  // namespace latpred
