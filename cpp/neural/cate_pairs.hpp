// Pairs of networks of similar size, and what is masked of them.
#pragma once

#include <cstdint>
#include <vector>

#include "neural/encoder_graphs.hpp"

namespace latpred {

struct NetworkPair {
    std::uint32_t first = 0, second = 0;  ///< rows; the second has no more parameters
};

/// For each network up to `partners` that have no more parameters, and at most `apart` fewer;
/// `apart` 0: 2e5 in NAS-Bench-201, 2e6 in FBNet, else a tenth of the range.
std::vector<NetworkPair> similar_pairs(const Architectures& archs, std::size_t partners,
                                       double apart, std::uint64_t seed);

/// A pair's graphs with operations to guess.
struct MaskedPair {
    std::vector<std::int64_t> tokens[2];  ///< operations, K where masked
    std::vector<std::size_t> places[2];   ///< nodes whose operations are to be guessed
};

/// Each node with probability `share`, at least one; of ten, eight are masked, one has a random
/// operation and one its own, as in BERT.
MaskedPair masked(const EncoderGraph& first, const EncoderGraph& second, std::size_t operations,
                  double share, std::uint64_t stream);

}  // namespace latpred
