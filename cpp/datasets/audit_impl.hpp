// The single checks of an audit. Each returns what it found, or nothing.
#pragma once

#include <span>
#include <vector>

#include "datasets/audit.hpp"

namespace latpred::detail {

std::vector<Finding> find_ignored_genes(const Architectures& archs,
                                        std::span<const double> latency);
std::vector<Finding> find_repeats(const Architectures& archs, std::span<const double> latency);

/// Outliers first. `residuals` are relative, one for each of `rows`; outliers lie off the level of
/// their shift.
std::vector<Finding> find_outliers_and_shifts(std::vector<double> residuals,
                                              const std::vector<std::size_t>& rows);

}  // namespace latpred::detail
