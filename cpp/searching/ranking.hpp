// Ranks of (score, latency) points by domination: higher scores and lower latencies are better.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace latpred {

/// Rank 0 is dominated by no point, rank k by none but those of lower ranks. ConfigError where the
/// lengths differ.
///
/// One sweep in O(N log N) instead of Deb's O(N²): points come by ascending latency, so that the
/// last of a rank has its highest score, and whether that rank dominates is one comparison
/// (Jensen, "Reducing the run-time complexity of multiobjective EAs", IEEE TEC 2003).
std::vector<std::size_t> non_dominated_ranks(std::span<const double> scores,
                                             std::span<const double> latencies);

/// Distance of each point's two neighbours in its own rank, as a share of that rank's extent in
/// either direction; infinity at the ends (Deb et al., NSGA-II, IEEE TEC 2002, §III-B).
std::vector<double> crowding_distances(std::span<const double> scores,
                                       std::span<const double> latencies,
                                       std::span<const std::size_t> ranks);

}  // namespace latpred
