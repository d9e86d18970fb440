// NSGA-II: the whole front of several goals in one search.
#pragma once

#include "searching/search.hpp"

namespace latpred {

/// Deb et al., "A fast and elitist multiobjective genetic algorithm", IEEE TEC 2002: ranks by
/// non-domination in all goals, crowding distance, binary tournament. ConfigError where there is
/// one goal only. The front is whole with two goals, of at most 5,000 points with more. The history
/// holds hypervolumes with two or three goals, or where a reference is given.
///
/// Limits by constrained domination: whatever keeps them beats what does not, and of two that do
/// not the one nearer to them wins. So the objective of those outside is never needed: they cost
/// queries, not evaluations, and breed only while too few inside are known. A generation is
/// `population` new architectures inside the limits, as in evolution; none is judged twice.
/// `parent_ratio` has no meaning here.
SearchResult search_nsga2(const Problem& problem, const SearchSettings& settings, Monitor& monitor);

}  // namespace latpred
