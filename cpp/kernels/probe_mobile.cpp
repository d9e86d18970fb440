// Blocks of networks for small devices.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {
namespace {

int inverted(ProbeMaker& m, int from, int channels, int stride, bool squeezes) {
    const int middle = m.channels(from) * m.style.expand;
    int x = m.style.expand > 1 ? m.conv(from, middle, 1) : from;
    x = m.depthwise(x, m.style.kernel, stride);
    if (squeezes)
        x = m.squeeze(x, std::max(m.channels(m.style.variant ? from : x) / 4, 4),
                      m.style.variant ? Activation::sigmoid : Activation::h_sigmoid);
    return m.rejoin(from, m.linear_conv(x, channels, 1));
}

int divisible(int channels, int by) {
    return std::max(channels / by, 1) * by;
}

/// Of both halves after a concatenation.
int shuffled(ProbeMaker& m, int x, int groups) {
    return m.builder.channel_shuffle(x, groups, m.part("shuffle"));
}

}  // namespace

int inverted_residual(ProbeMaker& m, int x, int channels, int stride) {
    return inverted(m, x, channels, stride, false);
}

int squeezed_inverted_residual(ProbeMaker& m, int x, int channels, int stride) {
    return inverted(m, x, channels, stride, true);
}

/// One 3x3 in the place of expansion and depthwise (EfficientNetV2).
int fused_inverted_residual(ProbeMaker& m, int x, int channels, int stride) {
    const int middle = m.conv(x, m.channels(x) * std::min(m.style.expand, 4), 3, stride);
    return m.rejoin(x, m.linear_conv(middle, channels, 1));
}

/// 1x1 in groups, shuffle, depthwise, 1x1 in groups.
int shuffle_unit(ProbeMaker& m, int x, int channels, int stride) {
    const int groups = m.style.form + 2;
    const int middle = divisible(std::max(channels / 4, groups), groups);
    const int in_groups = m.channels(x) % groups == 0 ? groups : 1;
    int y = m.conv(x, middle, 1, 1, in_groups);
    y = shuffled(m, y, groups);
    y = m.builder.conv(y, middle, square(3, stride, 1, middle), false, m.part("conv"));
    y = m.linear_conv(y, divisible(channels, groups), 1, 1, groups);
    if (stride > 1)
        return m.act(m.concat({y, m.avg_pool(x, 3, stride)}), m.style.activation);
    return m.act(m.rejoin(x, y), m.style.activation);
}

/// Half of the channels as they are, the other half through 1x1, depthwise, 1x1 (ShuffleNetV2).
int split_shuffle_unit(ProbeMaker& m, int x, int channels, int stride) {
    const int half = std::max(channels / 2, 2);
    const bool splits = stride == 1 && m.channels(x) == 2 * half;
    const auto branch = [&](int from) {
        const int y = m.conv(from, half, 1);
        return m.conv(m.linear_conv(y, half, 3, stride, half), half, 1);
    };
    if (splits) {
        const int kept = m.builder.crop(x, half, {0, 0}, m.part("half"));
        const int other = m.builder.crop(x, half, {0, 0}, m.part("half"));
        return shuffled(m, m.concat({kept, branch(other)}), 2);
    }
    const int all = m.channels(x);
    const int beside = m.conv(m.linear_conv(x, all, 3, stride, all), half, 1);
    return shuffled(m, m.concat({beside, branch(x)}), 2);
}

/// Half of the channels by 1x1, the other half by depthwise from those (GhostNet).
int ghost_block(ProbeMaker& m, int x, int channels, int stride) {
    const auto ghost = [&](int from, int wanted) {
        const int first = m.conv(from, std::max(wanted / 2, 2), 1);
        return m.concat({first, m.depthwise(first, 3, 1)});
    };
    int y = ghost(x, channels * std::min(m.style.expand, 3));
    if (stride > 1)
        y = m.linear_conv(y, m.channels(y), m.style.kernel, stride, m.channels(y));
    if (m.style.squeezes)
        y = m.squeeze(y, std::max(m.channels(y) / 4, 4), Activation::h_sigmoid);
    return m.rejoin(x, ghost(y, channels));
}

}  // namespace latpred
