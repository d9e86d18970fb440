// The networks of a sample in which a placement happens to stand, and their values.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "profiling/pooled_factors.hpp"

namespace latpred {

/// Of n values; all NaN, and row numbers of the sample's size, where there is none.
struct RowStatistics {
    double n = 0;
    double deviation = 0;  ///< of the population (divided by n)
    double q01 = 0;
    double q05 = 0;
    double q95 = 0;
    double q99 = 0;
    double minimum = 0;
    double maximum = 0;
    std::size_t lowest = 0;  ///< row of the minimum
    std::size_t highest = 0;
};

RowStatistics row_statistics(std::span<const double> values, std::span<const std::size_t> rows);

/// Of each placement (site, block): the rows that have it.
std::vector<std::vector<std::size_t>>
placement_rows(const PooledFactors& factors, std::span<const std::pair<int, int>> placements,
               const Architectures& archs);

}  // namespace latpred
