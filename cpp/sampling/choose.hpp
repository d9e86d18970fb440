// Which networks of a table or list to measure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sampling/candidates.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

struct ChoiceSettings {
    /// "random"; "params", "flops", "oracle" (of `latency_ms`): one network of each stratum;
    /// "<encoding>-<way>" with a way of `choice_ways`; "<way>" with `features`; "d-optimal" alone
    /// means "one-hot-d-optimal".
    std::string method = "random";
    std::uint64_t seed = 0;
    /// N, for "oracle".
    std::vector<double> latency_ms;
    /// N x F, for a way without an encoding.
    FeatureRows features;
};

/// Numbers of `count` different networks of `archs`, ascending. A function of the networks, the
/// settings and the seed: the order of `archs` and repeated rows do not matter. Where a way finds
/// fewer networks, because features coincide, the rest is drawn at random.
///
/// ConfigError for an unknown method, a count of 0, features or latencies that the method lacks;
/// DataError for fewer different networks than `count`, and for values that are not finite, by row.
std::vector<std::size_t> choose_networks(const Architectures& archs, std::size_t count,
                                         const ChoiceSettings& settings);

/// "cosine", "kmeans", "kcenter", "d-optimal" and the originals', "legacy-<kind>".
std::vector<std::string> choice_ways();

}  // namespace latpred
