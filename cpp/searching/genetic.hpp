// The textbook genetic algorithm, as FBNetV3 networks were searched with.
#pragma once

#include "searching/search.hpp"

namespace latpred {

/// Parents by a roulette wheel, one-point crossover with `crossover_rate`, one changed gene with
/// `mutation_rate`, `population` children a generation (Dai et al., "FBNetV3", CVPR 2021, §3.3; the
/// operators of DGL, Wang and Zhang, IEEE TMC 2024, `utils.py`). It differs from DGL's: the best
/// `population` networks of all generations are the parents, so nothing good is lost; children
/// never change a parent that others still mate with; limits bear on the wheel (see
/// roulette_slots), so it turns where nothing keeps them yet; a mutation changes a gene; and no
/// network is judged twice: a child that was seen is made again. Where that fails, mutants of the
/// parents and then random networks fill the generation. `parent_ratio` and `mutation_ratio` have
/// no meaning here.
SearchResult search_genetically(const Problem& problem, const SearchSettings& settings,
                                Monitor& monitor);

}  // namespace latpred
