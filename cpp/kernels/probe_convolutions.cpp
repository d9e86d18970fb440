// Blocks of plain convolutions.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {

/// 3x3, as in VGG; in other forms alternating with 1x1 as in Darknet.
int conv_block(ProbeMaker& m, int x, int channels, int stride) {
    if (m.style.form == 2 && m.channels(x) >= 16)
        x = m.conv(x, m.channels(x) / 2, 1);
    return m.conv(x, channels, 3, stride);
}

int pointwise_block(ProbeMaker& m, int x, int channels, int stride) {
    return m.conv(x, channels, 1, stride);
}

int large_conv_block(ProbeMaker& m, int x, int channels, int stride) {
    return m.conv(x, channels, m.style.variant ? 5 : 7, stride);
}

int dilated_block(ProbeMaker& m, int x, int channels, int stride) {
    const int dilation = m.draws.pick({2, 2, 3, 4, 6});
    if (stride > 1)
        x = m.conv(x, m.channels(x), 3, stride);
    Window window = square(3, 1, dilation);
    window.dilation = dilation;
    return m.conv(x, channels, window, m.style.activation);
}

/// Depthwise and 1x1, as in MobileNetV1.
int separable_block(ProbeMaker& m, int x, int channels, int stride) {
    return m.conv(m.depthwise(x, m.style.kernel, stride), channels, 1);
}

/// 3x3 beside 1x1 and the value itself, as RepVGG is trained.
int branched_block(ProbeMaker& m, int x, int channels, int stride) {
    const int wide = m.linear_conv(x, channels, 3, stride);
    int sum = m.add(wide, m.linear_conv(x, channels, 1, stride));
    if (m.shape(sum) == m.shape(x))
        sum = m.add(sum, m.style.batch_norm ? m.norm(x) : x);
    return m.act(sum, m.style.activation);
}

/// 1 x k and k x 1.
int factorised_block(ProbeMaker& m, int x, int channels, int stride) {
    const int kernel = m.style.variant ? 3 : 7;
    const int pad = kernel / 2;
    if (stride > 1)
        x = m.max_pool(x, 3, stride);
    const int middle = std::max(channels / 2, 4);
    x = m.conv(x, middle, Window{1, kernel, 1, 0, pad, 0, pad}, m.style.activation);
    return m.conv(x, channels, Window{kernel, 1, 1, pad, 0, pad, 0}, m.style.activation);
}

}  // namespace latpred
