// Networks that make planes larger.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {
namespace {

int doubled(ProbeMaker& m, int x, int channels, const Shape& to) {
    const bool twice = 2 * m.shape(x).height == to.height && 2 * m.shape(x).width == to.width;
    if (m.style.variant && twice) {
        return m.builder.conv_transpose(x, channels, square(2, 2, 0), {0, 0}, true,
                                        m.part("wider"));
    }
    const auto by = m.style.form == 0 ? Interpolation::bilinear : Interpolation::nearest;
    x = m.builder.upsample(x, to.height, to.width, by, m.part("resized"));
    return m.conv(x, channels, m.style.form == 1 ? 3 : 1);
}

int two_convs(ProbeMaker& m, int x, int channels) {
    return m.conv(m.conv(x, channels, 3), channels, 3);
}

}  // namespace

/// Down, and up again beside what each level had.
void write_u_net(ProbeMaker& m) {
    const int levels = m.draws.between(1, 4);
    const int side = m.draws.pick({16, 28, 32, 48, 56, 64, 64, 96, 128, 128, 160, 224, 256});
    const std::int64_t wide = whole_root(m.target / (levels * m.draws.log_uniform(16, 64)));
    int channels = m.draws.channels(wide / side);
    int x = m.builder.input({m.draws.flip(0.5) ? 3 : channels, side, side});
    std::vector<int> kept;
    for (int i = 0; i < levels && m.shape(x).height >= 8; ++i) {
        m.builder.place(i, 0);
        kept.push_back(two_convs(m, x, channels));
        x = m.max_pool(kept.back(), 2, 2);
        channels = std::min(2 * channels, 1024);
    }
    m.builder.place(levels, 0);
    x = two_convs(m, x, channels);
    for (int i = static_cast<int>(kept.size()) - 1; i >= 0; --i) {
        m.builder.place(i, 1);
        const int beside = kept[static_cast<std::size_t>(i)];
        const int wanted = m.channels(beside);
        x = m.concat({doubled(m, x, wanted, m.shape(beside)), beside});
        x = two_convs(m, x, wanted);
    }
    m.builder.place(-1, -1);
    if (m.draws.flip(0.7))
        m.builder.conv(x, m.draws.pick({1, 2, 3, 21}), {}, true, "map");
}

/// Transposed convolutions one after the other, as of generators.
void write_generator(ProbeMaker& m) {
    const int layers = m.draws.between(1, 5);
    int side = m.draws.pick({4, 4, 7, 8, 14, 16, 28});
    const std::int64_t wide = whole_root(m.target / (layers * m.draws.log_uniform(8, 64)));
    int channels = m.draws.channels(wide / side);
    int x = m.builder.input({channels, side, side});
    const int kernel = m.draws.pick({2, 3, 4, 4, 5});
    for (int i = 0; i < layers && side <= 128; ++i, side *= 2) {
        m.builder.place(0, i);
        channels = std::max(channels / 2, 8);
        const int pad = (kernel - 1) / 2;
        const int more = 2 - kernel + 2 * pad;
        const std::string name = m.part("wider");
        x = m.builder.conv_transpose(x, channels, square(kernel, 2, pad), {more, more},
                                     !m.style.batch_norm, name);
        if (m.style.batch_norm)
            x = m.builder.batch_norm(x, 1e-5, name + ".bn");
        x = m.act(x, m.style.activation);
    }
    m.builder.place(-1, -1);
    if (m.style.variant)
        m.act(m.builder.conv(x, 3, square(3, 1, 1), true, "image"), Activation::tanh);
}

/// Levels of one network, each added to the one below it.
void write_feature_pyramid(ProbeMaker& m) {
    const int levels = m.draws.between(2, 4);
    const int side = m.draws.pick({16, 20, 28, 32, 40, 52, 56, 64, 80});
    const std::int64_t wide = whole_root(m.target / m.draws.log_uniform(16, 64));
    const int channels = m.draws.channels(wide / side);
    int x = m.builder.input({channels, side, side});
    std::vector<int> found{x};
    for (int i = 1; i < levels && m.shape(x).height >= 8; ++i) {
        m.builder.place(i, 0);
        x = m.conv(x, std::min(m.channels(x) * (m.style.form == 2 ? 1 : 2), 1024), 3, 2);
        found.push_back(x);
    }
    int above = m.conv(found.back(), channels, 1);
    for (int i = static_cast<int>(found.size()) - 2; i >= 0; --i) {
        m.builder.place(i, 1);
        const int here = found[static_cast<std::size_t>(i)];
        const Shape to = m.shape(here);
        const int lateral = m.conv(here, channels, 1);
        const auto by = m.style.variant ? Interpolation::nearest : Interpolation::bilinear;
        above = m.builder.upsample(above, to.height, to.width, by, m.part("resized"));
        if (m.style.form == 0)
            above = m.concat({above, lateral});
        else
            above = m.add(above, lateral);
        above = m.conv(above, channels, 3);
    }
}

/// Convolutions at one size, and a larger image at the end.
void write_super_resolution(ProbeMaker& m) {
    const int side = m.draws.pick({16, 24, 32, 40, 48, 64, 96, 128});
    const int blocks = m.draws.between(1, 5);
    const std::int64_t wide = whole_root(m.target / (blocks * std::int64_t{18}));
    const int channels = m.draws.channels(wide / side);
    int x = m.conv(m.builder.input({3, side, side}), channels, m.draws.pick({3, 5, 9}));
    const int first = x;
    for (int i = 0; i < blocks; ++i) {
        m.builder.place(0, i);
        x = m.rejoin(x, m.linear_conv(m.conv(x, channels, 3), channels, 3));
    }
    m.builder.place(-1, -1);
    if (m.style.form == 2) {
        const Window sides{0, 0, 1, 1, 1, 1, 1};
        x = m.builder.pad(x, sides, Border::reflect, 0.0, "border");
        x = m.builder.conv(x, channels, square(3, 1, 0), true, "inner");
    }
    x = m.rejoin(first, x);
    const Shape to{channels, 2 * side, 2 * side};
    x = doubled(m, x, channels, to);
    m.builder.conv(x, 3, square(3, 1, 1), true, "image");
}

}  // namespace latpred
