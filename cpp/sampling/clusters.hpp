// Candidates that cover the space of features.
#pragma once

#include <cstddef>
#include <vector>

#include "base/rng.hpp"
#include "sampling/candidates.hpp"

namespace latpred {

/// Which member stands for its cluster.
enum class Member : unsigned char { nearest_to_centre, random };

/// k-means with k-means++ seeds (Arthur and Vassilvitskii, SODA 2007), one member of each cluster.
/// Fewer than `count` where fewer rows differ.
std::vector<std::size_t> k_means(const FeatureRows& features, std::size_t count, Member member,
                                 Rng& rng);

/// Farthest-first traversal (Gonzalez 1985) from a random row: every row is within twice the least
/// possible radius of a chosen one. Fewer than `count` where fewer rows differ.
std::vector<std::size_t> k_centre(const FeatureRows& features, std::size_t count, Rng& rng);

}  // namespace latpred
