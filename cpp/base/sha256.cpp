#include "base/sha256.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace latpred {
namespace {

using State = std::array<std::uint32_t, 8>;

constexpr std::array<std::uint32_t, 64> make_constants() {
    // First 32 bits of the fractional parts of the cube roots of the first 64 primes.
    std::array<std::uint32_t, 64> constants{};
    std::size_t count = 0;
    for (std::uint64_t n = 2; count < constants.size(); ++n) {
        bool prime = true;
        for (std::uint64_t d = 2; d * d <= n && prime; ++d)
            prime = n % d != 0;
        if (!prime)
            continue;
        // The largest root with root^3 <= n * 2^96, by bits; 128-bit products avoid rounding.
        unsigned __int128 root = 0;
        for (int bit = 35; bit >= 0; --bit) {
            const unsigned __int128 tried = root | (static_cast<unsigned __int128>(1) << bit);
            if (tried * tried * tried <= static_cast<unsigned __int128>(n) << 96)
                root = tried;
        }
        constants[count++] = static_cast<std::uint32_t>(root);
    }
    return constants;
}

void absorb(const unsigned char* block, State& state) {
    static constexpr std::array<std::uint32_t, 64> constants = make_constants();
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = std::uint32_t{block[4 * i]} << 24 | std::uint32_t{block[4 * i + 1]} << 16 |
               std::uint32_t{block[4 * i + 2]} << 8 | std::uint32_t{block[4 * i + 3]};
    }
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t a = w[i - 15];
        const std::uint32_t b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) +
               (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t one = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                  ((e & f) ^ (~e & g)) + constants[i] + w[i];
        const std::uint32_t two =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + one, d = c, c = b, b = a, a = one + two;
    }
    const State change{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i)
        state[i] += change[i];
}

}  // namespace

std::string sha256(std::string_view bytes) {
    State state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t i = 0;
    for (; i + 64 <= bytes.size(); i += 64)
        absorb(data + i, state);
    std::string tail(bytes.substr(i));
    tail.push_back(static_cast<char>(0x80));
    tail.resize(tail.size() + (120 - tail.size() % 64) % 64, '\0');
    for (int shift = 56; shift >= 0; shift -= 8)
        tail.push_back(static_cast<char>(static_cast<std::uint64_t>(bytes.size()) * 8 >> shift));
    for (i = 0; i < tail.size(); i += 64)
        absorb(reinterpret_cast<const unsigned char*>(tail.data()) + i, state);
    std::string hex;
    for (std::uint32_t word : state) {
        for (int shift = 28; shift >= 0; shift -= 4)
            hex.push_back("0123456789abcdef"[word >> shift & 15U]);
    }
    return hex;
}

}  // namespace latpred
