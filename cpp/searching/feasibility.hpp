// How near to its limits a space can come.
#pragma once

#include <span>

#include "base/monitor.hpp"
#include "searching/scorer.hpp"

namespace latpred {

/// Spaces up to this size are enumerated where that makes an answer exact.
inline constexpr std::size_t small_space = 200000;

/// Whether the space has at most `small_space` networks.
bool is_small(const Space& space);

/// How far constraint values exceed their limits, summed relative to the limits; 0 inside them.
double excess(const Problem& problem, std::span<const double> values);

/// Architectures that keep all limits, or else throws InfeasibleError: with the least value of
/// every limit that cannot be kept even alone, or the nearest architecture where limits fail only
/// together; its `minima` hold the least value found of every limited quantity.
///
/// Small spaces are enumerated, so the least value is exact. In others steepest descent over single
/// genes starts from the best of 1,000 random draws and from the first choices; for tables that add
/// up over blocks that finds the minimum.
Architectures feasible_start(Scorer& scorer, std::uint64_t seed, Monitor& monitor);

}  // namespace latpred
