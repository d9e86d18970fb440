// Which reference a network is measured beside.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace latpred {

/// The reference nearest in size (multiply-accumulates) to each of N networks, by the ratio; the
/// first of equals. DataError for no reference, or a size that is not positive and finite.
std::vector<std::size_t> nearest_by_ratio(std::span<const double> sizes,
                                          std::span<const double> references);

/// The references that a network of unknown size is measured beside.
struct Match {
    std::vector<std::size_t> references;  ///< the nearest and a neighbour, ascending
    std::size_t nearest = 0;              ///< which of the two
};

/// Times references from small to large until one is as long as the network (or a second, which
/// serves all that are longer still), and takes the nearest by the ratio of latencies beside the
/// one before it. DataError for no reference, or a time that is not positive and finite.
Match match_references(double network_ms, std::size_t references,
                       const std::function<double(std::size_t)>& time_ms);

}  // namespace latpred
