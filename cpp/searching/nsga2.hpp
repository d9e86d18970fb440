// NSGA-II: the whole front of objective and latency in one search.
#pragma once

#include "searching/search.hpp"

namespace latpred {

/// Deb et al., "A fast and elitist multiobjective genetic algorithm", IEEE TEC 2002: ranks by
/// non-domination in (objective, latency), crowding distance, binary tournament. The latency is the
/// first constraint; ConfigError where there is none.
///
/// Limits by constrained domination: whatever keeps them beats what does not, and of two that do
/// not the one nearer to them wins. So the objective of those outside is never needed: they cost
/// queries, not evaluations, and breed only while too few inside are known. A generation is
/// `population` new architectures inside the limits, as in evolution; none is judged twice.
/// `parent_ratio` has no meaning here.
SearchResult search_nsga2(const Problem& problem, const SearchSettings& settings, Monitor& monitor);

}  // namespace latpred
