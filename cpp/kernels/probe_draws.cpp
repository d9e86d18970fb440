#include "kernels/probe_draws.hpp"

#include <algorithm>
#include <cmath>

namespace latpred {
namespace {

constexpr std::int64_t octave_steps = 4096;
constexpr std::int64_t fewest_channels = 3;
constexpr std::int64_t most_channels = 2048;

}  // namespace

std::int64_t whole_root(std::int64_t square) {
    return static_cast<std::int64_t>(std::sqrt(static_cast<double>(square)));
}

std::int64_t ProbeDraws::log_uniform(std::int64_t low, std::int64_t high) {
    std::int64_t octaves = 0;
    while ((low << octaves) < high)
        ++octaves;
    if (octaves == 0)
        return low;
    const std::int64_t drawn = rng_.below(static_cast<std::uint32_t>(octaves * octave_steps));
    const std::int64_t begin = low << (drawn / octave_steps);
    return std::min(begin + begin * (drawn % octave_steps) / octave_steps, high);
}

int ProbeDraws::channels(std::int64_t about) {
    const std::int64_t wanted = std::clamp(about, std::int64_t{8}, most_channels);
    if (flip(0.08))
        return static_cast<int>(std::max(fewest_channels, wanted + between(-3, 3)));
    const bool large = wanted >= 128 && flip(0.8);
    const std::int64_t step = flip(0.06) ? 2 : large ? pick({16, 32, 32}) : 8;
    return static_cast<int>(std::max<std::int64_t>((wanted + step / 2) / step, 1) * step);
}

int ProbeDraws::side() {
    return pick({4,  6,  7,  7,  8,  10, 12, 14, 14, 16,  20,  24,  28,
                 28, 32, 40, 48, 56, 56, 64, 80, 96, 112, 128, 160, 224});
}

int ProbeDraws::image() {
    return pick({32, 48, 64, 96, 112, 128, 160, 176, 192, 224, 224, 224, 240, 256, 299});
}

int ProbeDraws::tokens() {
    if (flip(0.3))
        return static_cast<int>(log_uniform(16, 512));
    return pick({16, 49, 50, 64, 77, 100, 128, 144, 196, 197, 256, 384, 512});
}

Activation ProbeDraws::activation() {
    using enum Activation;
    return pick({relu, relu, relu, relu, relu6, h_swish, swish, swish, gelu});
}

}  // namespace latpred
