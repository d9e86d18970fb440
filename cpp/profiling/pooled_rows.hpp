// The networks of a sample in which a placement happens to stand, and their values.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "profiling/pooled_factors.hpp"
#include "profiling/summaries.hpp"

namespace latpred {

/// Of the values of these rows; `lowest` and `highest` are rows. Where there is none: NaN, and rows
/// one beyond the last.
Summary row_summary(std::span<const double> values, std::span<const std::size_t> rows);

/// Of each placement (site, block): the rows that have it.
std::vector<std::vector<std::size_t>>
placement_rows(const PooledFactors& factors, std::span<const std::pair<int, int>> placements,
               const Architectures& archs);

}  // namespace latpred
