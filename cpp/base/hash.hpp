// A portable 64-bit hash: the same value on every platform, so it may be stored.
#pragma once

#include <cstdint>
#include <string_view>

namespace latpred {

/// FNV-1a with the finaliser of SplitMix64 (Steele et al. 2014), fed little-endian.
class Hash64 {
  public:
    Hash64& bytes(std::string_view text) {
        for (unsigned char byte : text)
            state_ = (state_ ^ byte) * 0x100000001b3ULL;
        return *this;
    }

    Hash64& value(std::uint64_t word, int width = 8) {
        for (int i = 0; i < width; ++i) {
            state_ = (state_ ^ ((word >> (8 * i)) & 0xffU)) * 0x100000001b3ULL;
        }
        return *this;
    }

    [[nodiscard]] std::uint64_t digest() const {
        std::uint64_t z = state_ + 0x9e3779b97f4a7c15ULL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

  private:
    std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

}  // namespace latpred
