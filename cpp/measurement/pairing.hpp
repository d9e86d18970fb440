// Which reference a network is measured beside.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace latpred {

/// The reference nearest in size (multiply-accumulates) to each of N networks, by the ratio; the
/// first of equals. DataError for no reference, or a size that is not positive and finite.
std::vector<std::size_t> nearest_by_ratio(std::span<const double> sizes,
                                          std::span<const double> references);

}  // namespace latpred
