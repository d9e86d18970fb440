// Ends of networks, and networks of few kinds of operators.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {

/// The beginning: few channels, large planes.
void write_stem(ProbeMaker& m) {
    const int side = m.draws.image();
    const int channels = m.draws.channels(m.target / (std::int64_t{side} * side * 8));
    int x = m.builder.input({m.draws.pick({1, 3, 3, 3, 4}), side, side});
    const int kernel = m.draws.pick({3, 3, 3, 4, 5, 7});
    const int width = std::min(channels, 192);
    if (kernel == 4)
        x = m.conv(x, width, square(4, 4, 0), m.style.activation);
    else
        x = m.conv(x, width, kernel, 2);
    if (m.style.form > 0 && kernel != 4)
        x = m.conv(x, width, 3);
    if (m.style.form == 2)
        x = m.conv(x, 2 * width, 3, m.draws.pick({1, 2}));
    if (m.style.variant)
        m.max_pool(x, 3, 2);
}

/// Signals: convolutions of 1 x k on 1 x length.
void write_line(ProbeMaker& m) {
    const int length = static_cast<int>(m.draws.log_uniform(64, 8192));
    const int blocks = m.draws.between(1, 5);
    const std::int64_t factor = std::int64_t{length} * blocks * 2;
    int channels = m.draws.channels(whole_root(m.target / factor));
    const bool raw = m.draws.flip(0.3);
    int x = m.builder.input({raw ? m.draws.pick({1, 2, 6, 40}) : channels, 1, length});
    const int kernel = m.draws.pick({3, 5, 7, 9, 15, 25});
    for (int i = 0; i < blocks; ++i) {
        m.builder.place(0, i);
        const int dilation = m.style.form == 1 ? 1 << i : 1;
        const int pad = kernel / 2 * dilation;
        Window window{1, kernel, 1, 0, pad, 0, pad, dilation};
        const bool halves = m.style.form == 2 && m.shape(x).width > 2 * kernel;
        window.stride_w = halves ? 2 : 1;
        int y = m.conv(x, channels, window, m.style.activation);
        if (m.style.form == 1)
            y = m.rejoin(x, m.linear_conv(y, channels, 1));
        x = y;
        if (halves)
            channels = m.draws.channels(std::int64_t{channels} * 3 / 2);
    }
    m.builder.place(-1, -1);
    if (m.style.variant)
        m.classify(x);
}

/// Pools between narrow convolutions.
void write_pools(ProbeMaker& m) {
    const int side = std::max(m.draws.side(), 8);
    const int channels = m.draws.channels(m.draws.log_uniform(512, 16384) / side);
    int x = m.builder.input({channels, side, side});
    const int pools = m.draws.between(1, 4);
    for (int i = 0; i < pools && m.shape(x).height >= 4; ++i) {
        m.builder.place(0, i);
        const int kernel = m.draws.pick({2, 3, 3, 5});
        const int stride = m.draws.pick({1, 2, 2});
        x = m.style.variant ? m.max_pool(x, kernel, stride) : m.avg_pool(x, kernel, stride);
        if (m.style.form == 0)
            x = m.act(x, m.style.activation);
        x = m.conv(x, m.style.form == 1 ? m.channels(x) : 16, m.style.form == 2 ? 3 : 1);
    }
    m.builder.place(-1, -1);
    if (m.draws.flip(0.4))
        m.classify(x);
}

/// The end: a wide layer, the mean of each channel, a classifier.
void write_head(ProbeMaker& m) {
    const int side = m.draws.pick({4, 5, 7, 7, 7, 8, 10, 12, 14});
    const int channels = m.draws.channels(m.draws.log_uniform(64, 2048));
    int x = m.builder.input({channels, side, side});
    if (m.style.form > 0)
        x = m.conv(x, static_cast<int>(m.draws.log_uniform(256, 2048)) / 32 * 32, 1);
    if (m.style.form == 2) {
        x = m.builder.global_pool(x, m.part("pool"));
        x = m.act(m.linear(x, m.draws.pick({512, 1024, 1280, 2048})), Activation::h_swish);
        m.linear(x, m.draws.pick({10, 100, 1000}));
        return;
    }
    m.classify(x);
}

/// Large layers on all values at once.
void write_connected(ProbeMaker& m) {
    const int layers = m.draws.between(1, 4);
    const std::int64_t weights = m.draws.log_uniform(300'000, 24'000'000) / layers;
    const bool plane = m.style.variant;
    const int side = plane ? m.draws.pick({2, 4, 6, 7}) : 1;
    const std::int64_t inputs = m.draws.log_uniform(64, plane ? 16384 : 4096);
    const int channels = m.draws.channels(inputs / (side * side));
    int x = m.builder.input({channels, side, side});
    x = m.builder.flatten(x, "flat");
    const std::int64_t wide = std::min(weights / m.channels(x), whole_root(weights));
    const int features = static_cast<int>(std::clamp<std::int64_t>(wide / 32, 1, 160)) * 32;
    for (int i = 0; i < layers; ++i) {
        m.builder.place(0, i);
        x = m.act(m.linear(x, m.style.form == 2 ? std::max(features >> i, 16) : features),
                  m.style.activation);
    }
    m.builder.place(-1, -1);
    m.linear(x, m.draws.pick({1, 10, 100, 1000}));
}

}  // namespace latpred
