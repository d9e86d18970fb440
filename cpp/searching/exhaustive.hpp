// Search by looking at everything.
#pragma once

#include "searching/search.hpp"

namespace latpred {

/// Evaluates every architecture that keeps the limits; ConfigError above `largest_exhaustive`.
SearchResult search_exhaustively(const Problem& problem, const SearchSettings& settings,
                                 Monitor& monitor);

/// The same among listed networks, each once however often it comes. DataError for none.
SearchResult search_listed(const Problem& problem, const Architectures& candidates,
                           Monitor& monitor = Monitor::current());

inline constexpr std::size_t largest_exhaustive = 20000000;

}  // namespace latpred
