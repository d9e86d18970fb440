// The OFA tutorial's evolutionary finder, a generation a batch.
#pragma once

#include "searching/search.hpp"

namespace latpred {

/// Each generation the best share of the population breeds and stays; its children are mutants and
/// crossovers that keep the limits and were never seen before. Differences from the original
/// (mit-han-lab/once-for-all, tutorial/evolution_finder.py): the whole first population counts, no
/// architecture is evaluated twice, parents differ in a number of genes that falls from generation
/// to generation, and it ends when new children cannot be found.
SearchResult evolve(const Problem& problem, const SearchSettings& settings, Monitor& monitor);

}  // namespace latpred
