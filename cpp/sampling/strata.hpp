// One candidate of each stratum.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/rng.hpp"
#include "sampling/candidates.hpp"

namespace latpred {

/// Sorts candidates by their value, cuts them into `count` strata whose sizes differ by one at most
/// and draws one of each.
std::vector<std::size_t> stratify(std::span<const double> values, std::size_t count, Rng& rng);

/// Mean cosine similarity of each row to all others, of rows without length 0: how typical the
/// network is.
std::vector<double> typicality(const FeatureRows& features);

}  // namespace latpred
