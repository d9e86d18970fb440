// Look-up tables: a latency is the sum of the measured latencies of its parts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "predictors/block_table.hpp"
#include "spaces/space.hpp"

namespace latpred {

/// Latencies in ms by key, by resolution.
using LookupEntries = std::map<int, std::map<std::string, double>>;

/// Tables for every resolution of the space.
///
/// Throws: LookupError naming resolution and key where an entry is missing (nothing is
///     interpolated); DataError for a latency that is negative or not finite; ConfigError where
///     the keys of a block depend on genes of other blocks.
std::vector<TableTerm> lookup_terms(const SpacePtr& space, const LookupEntries& entries);

}  // namespace latpred
