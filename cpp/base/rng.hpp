// Counter-based random numbers: value = f(seed, stream, position), so results depend neither on
// threads nor on batch sizes nor on interruption.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <string_view>
#include <utility>

#include "base/hash.hpp"

namespace latpred {

/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
inline std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                               std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = 0xD2511F53ULL * counter[0];
        const std::uint64_t b = 0xCD9E8D57ULL * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0],
                   static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1],
                   static_cast<std::uint32_t>(a)};
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    return counter;
}

/// One independent stream of random numbers. Counter = (offset, subsequence), key = seed.
class Rng {
  public:
    explicit Rng(std::uint64_t seed, std::uint64_t subsequence = 0)
        : seed_(seed), subsequence_(subsequence) {}

    /// The stream for `purpose` ("sample", "mutate", …) and the entity number in it.
    Rng(std::uint64_t seed, std::string_view purpose, std::uint64_t entity = 0)
        : Rng(seed, Hash64().bytes(purpose).value(entity).digest()) {}

    std::uint32_t next_u32() {
        if (position_ == 4)
            refill();
        return block_[static_cast<std::size_t>(position_++)];
    }

    std::uint64_t next_u64() {
        const std::uint64_t low = next_u32();
        return low | (static_cast<std::uint64_t>(next_u32()) << 32);
    }

    /// Uniform in [0, 1) with 53 bits.
    double uniform() { return static_cast<double>(next_u64() >> 11) * 0x1p-53; }

    bool flip(double probability) { return uniform() < probability; }

    /// Uniform in {0, …, bound-1} without bias (Lemire 2019).
    std::uint32_t below(std::uint32_t bound) {
        std::uint64_t product = static_cast<std::uint64_t>(next_u32()) * bound;
        if (static_cast<std::uint32_t>(product) < bound) {
            const std::uint32_t threshold = (0U - bound) % bound;
            while (static_cast<std::uint32_t>(product) < threshold) {
                product = static_cast<std::uint64_t>(next_u32()) * bound;
            }
        }
        return static_cast<std::uint32_t>(product >> 32);
    }

    /// Standard normal (Box-Muller, one value a call).
    double normal() {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }

    /// Fisher-Yates.
    template <class T>
    void shuffle(std::span<T> items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[below(static_cast<std::uint32_t>(i))]);
        }
    }

  private:
    void refill() {
        const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
        const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
        block_ = philox4x32({low(offset_), high(offset_), low(subsequence_), high(subsequence_)},
                            {low(seed_), high(seed_)});
        ++offset_;
        position_ = 0;
    }

    std::uint64_t seed_;
    std::uint64_t subsequence_;
    std::uint64_t offset_ = 0;
    std::array<std::uint32_t, 4> block_{};
    int position_ = 4;
};

}  // namespace latpred
