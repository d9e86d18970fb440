// Residual blocks.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {
namespace {

/// The block's input as its sum needs it, projected where shapes differ.
int shortcut(ProbeMaker& m, int from, const Shape& to, int stride) {
    if (m.shape(from) == to)
        return from;
    return m.linear_conv(from, to.channels, 1, stride);
}

int joined(ProbeMaker& m, int from, int x, int stride) {
    return m.act(m.add(x, shortcut(m, from, m.shape(x), stride)), m.style.activation);
}

/// 1x1, k x k in groups, 1x1.
int narrowed(ProbeMaker& m, int from, int channels, int stride, int middle, int groups) {
    int x = m.conv(from, middle, 1);
    x = m.conv(x, middle, 3, stride, groups);
    if (m.style.squeezes)
        x = m.squeeze(x, middle / 4, Activation::sigmoid);
    return joined(m, from, m.linear_conv(x, channels, 1), stride);
}

}  // namespace

int basic_residual(ProbeMaker& m, int x, int channels, int stride) {
    int y = m.conv(x, channels, 3, stride);
    y = m.linear_conv(y, channels, 3);
    if (m.style.squeezes)
        y = m.squeeze(y, channels / 16, Activation::sigmoid);
    return joined(m, x, y, stride);
}

int bottleneck_residual(ProbeMaker& m, int x, int channels, int stride) {
    return narrowed(m, x, channels, stride, std::max(channels / (m.style.variant ? 4 : 2), 4), 1);
}

/// As in ResNeXt and RegNet: as many groups as their width asks for.
int grouped_residual(ProbeMaker& m, int x, int channels, int stride) {
    const int wanted = std::max(channels / (m.style.variant ? 1 : 2), 8);
    const int width = std::min(m.style.group_width, wanted);
    const int groups = std::max(wanted / width, 1);
    return narrowed(m, x, channels, stride, groups * width, groups);
}

/// Batch norm and activation first (ResNetV2).
int preactivated_residual(ProbeMaker& m, int x, int channels, int stride) {
    const int before = m.act(m.norm(x), m.style.activation);
    const int middle = std::max(channels / (m.style.variant ? 4 : 1), 4);
    int y = m.style.variant ? m.conv(before, middle, 1) : before;
    y = m.conv(y, middle, 3, stride);
    y = m.builder.conv(y, channels, m.style.variant ? Window{} : square(3, 1, 1), false,
                       m.part("conv"));
    return m.add(y, shortcut(m, m.style.variant ? before : x, m.shape(y), stride));
}

/// Depthwise k x k, layer norm over channels, two linear layers around a gelu.
int convnext_block(ProbeMaker& m, int x, int channels, int stride) {
    if (stride > 1 || m.channels(x) != channels) {
        x = m.layer_norm(x, 0);
        x = m.builder.conv(x, channels, square(stride, stride, 0), true, m.part("conv"));
    }
    const int kernel = m.style.form == 0 ? std::max(m.style.kernel, 3) : 7;
    int y =
        m.builder.conv(x, channels, square(kernel, 1, kernel / 2, channels), true, m.part("conv"));
    if (m.style.variant) {
        y = m.layer_norm(y, 0);
        y = m.builder.conv(y, 4 * channels, {}, true, m.part("conv"));
        y = m.act(y, Activation::gelu);
        return m.add(m.builder.conv(y, channels, {}, true, m.part("conv")), x);
    }
    y = m.layer_norm(m.transpose(y, {1, 2, 0}));
    y = m.linear(m.act(m.linear(y, 4 * channels), Activation::gelu), channels);
    y = m.transpose(y, {2, 0, 1});
    if (m.style.form == 2) {
        const int factors = m.parameter({channels, 1, 1});
        y = m.builder.multiply(y, factors, m.part("scaled"));
    }
    return m.add(y, x);
}

}  // namespace latpred
