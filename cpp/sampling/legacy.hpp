// NASFLAT's samplers, for comparison (nasflat_latency, `get_distinct_index`).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "sampling/candidates.hpp"

namespace latpred {

/// "cosine-greedy": from a random row on, the one least similar to the last one alone, which may be
/// one that was chosen before. "kmeans": a random member of each cluster. "kmeancosine": half by
/// k-means, half by strata of the mean similarity, which may choose one twice. All see features as
/// they are, not scaled. Repeated rows are left out, so fewer than `count` may come.
std::vector<std::size_t> choose_legacy(const FeatureRows& features, std::size_t count,
                                       const std::string& kind, Rng& rng);

/// Kinds that `choose_legacy` knows.
std::vector<std::string> legacy_kinds();

}  // namespace latpred
