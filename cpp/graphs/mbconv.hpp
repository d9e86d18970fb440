// Mobile inverted bottleneck (MobileNetV2/V3) and the layers it is made of.
#pragma once

#include <string>

#include "graphs/graph_builder.hpp"

namespace latpred {

/// Rounds to a multiple of `divisor` without losing more than 10 % (MobileNet's make_divisible).
/// ConfigError beyond the numbers of an int.
int make_divisible(double value, int divisor = 8);

/// Convolution without bias, batch norm, activation (none: left out); `part` names the convolution.
int conv_bn_act(GraphBuilder& g, int from, int channels, const Window& window, double eps,
                Activation activation, const std::string& part);

/// Squeeze-and-excite: global mean, 1x1 to fewer channels, activation, 1x1 back, hard sigmoid.
struct SqueezeExcite {
    int reduced = 0;  ///< channels inside; 0: C/4, a multiple of 8
    bool bias = true;
    Activation activation = Activation::relu;  ///< inside
};

int squeeze_excite(GraphBuilder& g, int from, const std::string& prefix,
                   const SqueezeExcite& form = {});

struct MbConv {
    int channels = 0;  ///< out
    int kernel = 3;
    int stride = 1;
    double expand = 1;  ///< 1: no expansion layer unless the block `always_expands`
    int middle = 0;     ///< channels between expansion and projection; 0: as `expand` says
    Activation activation = Activation::relu;
    bool squeeze_excite = false;
    bool shortcut = true;  ///< added only where the shapes agree
    double eps = 1e-5;
    int groups = 1;  ///< of expansion and projection; with several, channels are shuffled between
    bool always_expands = false;
    SqueezeExcite squeeze = {};
    bool squeezes_first = false;     ///< before the activation of the depthwise convolution
    bool projects_shortcut = false;  ///< by 1x1 convolution where stride is 1 and channels differ
    int padding = -1;                ///< of the depthwise convolution; -1: half of the kernel
};

/// Channels between expansion and projection.
int expanded_channels(int in_channels, double expand);

/// Appends the block; the names of its operators start with `prefix` ("" inside a unit).
int mbconv(GraphBuilder& g, int from, const MbConv& block, const std::string& prefix = "");

}  // namespace latpred
