// Blocks whose branches are joined by concatenation.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {

/// Two or three layers, each on all that came before (DenseNet).
int dense_block(ProbeMaker& m, int x, int channels, int stride) {
    const int layers = 2 + (m.style.variant ? 1 : 0);
    if (stride > 1) {
        x = m.conv(x, std::max(m.channels(x) / 2, 4), 1);
        x = m.avg_pool(x, 2, stride);
    }
    const int growth = std::max({(channels - m.channels(x)) / layers, channels / 16, 4});
    for (int i = 0; i < layers; ++i) {
        int y = m.act(m.norm(x), m.style.activation);
        y = m.conv(y, 4 * growth, 1);
        y = m.builder.conv(y, growth, square(3, 1, 1), false, m.part("conv"));
        x = m.concat({x, y});
    }
    return x;
}

int inception_block(ProbeMaker& m, int x, int channels, int stride) {
    const int quarter = std::max(channels / 4, 4);
    const int reduced = std::max(quarter / 2, 4);
    const int large = m.style.form == 0 ? 5 : 3;
    int second = m.conv(m.conv(x, reduced, 1), quarter, 3, stride);
    int third = m.conv(m.conv(x, reduced, 1), quarter, large, stride);
    if (m.style.form == 2)
        third = m.conv(third, quarter, 3);
    if (stride > 1)
        return m.concat({second, third, m.max_pool(x, 3, stride)});
    const int pooled = m.style.variant ? m.avg_pool(x, 3, 1) : m.max_pool(x, 3, 1);
    return m.concat({m.conv(x, quarter, 1), second, third, m.conv(pooled, quarter, 1)});
}

/// Squeeze, and 1x1 beside 3x3 (SqueezeNet).
int fire_block(ProbeMaker& m, int x, int channels, int stride) {
    if (stride > 1)
        x = m.max_pool(x, 3, stride);
    const int half = std::max(channels / 2, 4);
    const int few = m.conv(x, std::max(channels / 8, 4), 1);
    return m.concat({m.conv(few, half, 1), m.conv(few, half, 3)});
}

/// Half of the channels through residual blocks, joined with the other half (cross stage partial).
int partial_block(ProbeMaker& m, int x, int channels, int stride) {
    if (stride > 1)
        x = m.conv(x, channels, 3, stride);
    const int half = std::max(channels / 2, 4);
    std::vector<int> parts{m.conv(x, half, 1)};
    int y = m.conv(x, half, 1);
    for (int i = 0; i < 1 + m.style.form; ++i) {
        y = m.rejoin(y, m.conv(m.conv(y, half, m.style.variant ? 1 : 3), half, 3));
        if (m.style.form == 2)
            parts.push_back(y);
    }
    if (m.style.form != 2)
        parts.push_back(y);
    return m.conv(m.concat(parts), channels, 1);
}

/// Pools one after the other, or dilated convolutions side by side, joined by 1x1.
int pyramid_block(ProbeMaker& m, int x, int channels, int stride) {
    if (stride > 1)
        x = m.conv(x, m.channels(x), 3, stride);
    const int part = std::max(channels / 4, 4);
    std::vector<int> parts{m.conv(x, part, 1)};
    if (m.style.variant) {
        for (int i = 0; i < 3; ++i)
            parts.push_back(m.max_pool(parts.back(), 5, 1));
        return m.conv(m.concat(parts), channels, 1);
    }
    for (const int dilation : {2, 4, 6}) {
        Window window = square(3, 1, dilation);
        window.dilation = dilation;
        parts.push_back(m.conv(x, part, window, m.style.activation));
    }
    const Shape plane = m.shape(x);
    int mean = m.builder.global_pool(x, m.part("pool"));
    mean = m.act(m.builder.conv(mean, part, {}, true, m.part("conv")), m.style.activation);
    parts.push_back(m.builder.upsample(mean, plane.height, plane.width, Interpolation::nearest,
                                       m.part("spread")));
    return m.conv(m.concat(parts), channels, 1);
}

/// Separable convolutions and pools that are added in pairs (searched cells).
int cell_block(ProbeMaker& m, int x, int channels, int stride) {
    const int width = std::max(channels / 2, 4);
    x = m.conv(x, width, 1);
    const auto separable = [&](int from, int kernel, int step) {
        int y = m.act(from, Activation::relu);
        y = m.builder.conv(y, m.channels(y), square(kernel, step, kernel / 2, m.channels(y)), false,
                           m.part("conv"));
        return m.linear_conv(y, width, 1);
    };
    const int pooled = m.style.variant ? m.max_pool(x, 3, stride) : m.avg_pool(x, 3, stride);
    const int first = m.add(separable(x, 3, stride), pooled);
    const int direct = separable(x, 5, stride);
    const int second = m.add(direct, separable(first, 3, 1));
    return m.concat({first, second});
}

}  // namespace latpred
