// Whether a space holds an architecture that keeps the limits.
#pragma once

#include "base/monitor.hpp"
#include "searching/reach.hpp"

namespace latpred {

/// Spaces up to this size are enumerated where that makes an answer exact.
inline constexpr std::size_t small_space = 200000;

/// Whether the space has at most `small_space` networks.
bool is_small(const Space& space);

/// One architecture that kept all limits when it was judged, with those values (never asked again:
/// a meter may answer otherwise), or else InfeasibleError as of Reach::refuse; its `minima` hold
/// the least value found of every limited quantity.
///
/// Small spaces are enumerated, so the least value is exact. In others steepest descent over single
/// genes starts from the best of 1,000 random draws and from the first choices. Where that finds
/// nothing, units are taken one by one: for each choice of a unit's own genes (depth) every block
/// takes its best choice as if blocks were independent. For an objective that adds up over blocks
/// that is the minimum.
Population feasible_start(Scorer& scorer, std::uint64_t seed, Monitor& monitor);

}  // namespace latpred
