// What other searches are to beat.
#pragma once

#include "searching/search.hpp"

namespace latpred {

/// Networks drawn at random, none twice, `population` within the limits a generation: as many as
/// the other methods evaluate. The rates have no meaning here.
SearchResult search_at_random(const Problem& problem, const SearchSettings& settings,
                              Monitor& monitor);

}  // namespace latpred
