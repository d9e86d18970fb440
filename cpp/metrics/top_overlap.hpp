// Do predictions pick the same networks as the truth?
#pragma once

#include <cstddef>
#include <span>

namespace latpred {

/// Share of the `count` networks of the smallest (or largest) predictions that are among the
/// `count` of the smallest (or largest) true values, 0 to 1; of equal values the first rows count.
/// DataError as `evaluate`, and for a count from 1 to N that is none.
double top_overlap(std::span<const double> truth, std::span<const double> predicted,
                   std::size_t count, bool largest = false);

}  // namespace latpred
