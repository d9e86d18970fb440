// Networks on planes: chains of a block, and whole ones with stem, stages and head.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {
namespace {

/// Channels times side of a plane such that blocks of `factor` times its square cost the target.
std::int64_t breadth(const ProbeMaker& m, std::int64_t factor) {
    return std::max<std::int64_t>(whole_root(m.target / factor), 32);
}

void write_chain(ProbeMaker& m, PlaneBlock block) {
    const int blocks = m.draws.pick({1, 1, 2, 2, 3, 3, 4, 5});
    const std::int64_t wide = breadth(m, blocks * m.draws.log_uniform(1, 64));
    const int side = m.draws.side();
    const int other = m.draws.flip(0.12) ? std::max(side * 3 / 4, 4) : side;
    const int stride = m.draws.flip(0.3) ? 2 : 1;
    int channels = m.draws.channels(wide / side);
    int x = m.builder.input({channels, side, other});
    for (int i = 0; i < blocks; ++i) {
        m.builder.place(0, i);
        const bool first = i == 0;
        if (first && (stride > 1 || m.draws.flip(0.3)))
            channels = m.draws.channels(channels * std::int64_t{m.draws.pick({2, 3, 4, 6, 8})} / 4);
        x = block(m, x, channels, first ? stride : 1);
    }
}

int write_first(ProbeMaker& m, int x, int channels) {
    switch (m.draws.between(0, 4)) {
    case 0:
        return m.max_pool(m.conv(x, channels, 7, 2), 3, 2);
    case 1:  // patches
        return m.conv(x, channels, square(4, 4, 0), Activation::none);
    case 2:
        x = m.conv(m.conv(x, channels, 3, 2), channels, 3);
        return m.max_pool(x, 3, 2);
    default:
        return m.conv(x, channels, 3, 2);
    }
}

void write_network(ProbeMaker& m, PlaneBlock block) {
    const std::int64_t wide = breadth(m, m.draws.log_uniform(8, 2048));
    const int side = m.draws.image();
    int channels = m.draws.channels(3 * wide / side);
    int x = m.builder.input({3, side, side});
    x = write_first(m, x, std::min(channels, 128));
    const int stages = m.draws.between(3, 5);
    const int growth = m.draws.pick({6, 7, 8, 8, 8});  // quarters
    for (int stage = 0; stage < stages && m.shape(x).height >= 4; ++stage) {
        const int blocks = m.draws.pick({1, 2, 2, 3, 4, stage == 2 ? 6 : 2});
        for (int i = 0; i < blocks; ++i) {
            m.builder.place(stage, i);
            const bool halves = i == 0 && (stage > 0 || m.style.variant);
            x = block(m, x, channels, halves ? 2 : 1);
        }
        channels = m.draws.channels(std::int64_t{channels} * growth / 4);
    }
    m.builder.place(-1, -1);
    if (m.draws.flip(0.3))
        x = m.conv(x, std::min(m.channels(x) * m.draws.pick({2, 4}), 2048), 1);
    m.classify(x);
}

}  // namespace

void write_planes(ProbeMaker& m, PlaneBlock block, bool whole) {
    whole ? write_network(m, block) : write_chain(m, block);
}

}  // namespace latpred
