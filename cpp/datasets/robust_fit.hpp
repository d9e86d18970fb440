// What the other rows of a table let expect of each row.
#pragma once

#include <span>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Residuals of a robust model, relative to its fit: linear in the costs of the op graph, plus one
/// effect a choice of each gene (by resolution, in large tables) and one a number of active blocks
/// by resolution; Huber weights and shrunk effects, so that a few wrong rows do not pull the fit.
/// Below 2000 rows each row's residual comes from a fit without it (5 folds), with the shrinkage
/// that spreads them least. `used` rows make the fit; the residuals of the others are NaN.
std::vector<double> relative_residuals(const Architectures& archs, std::span<const double> latency,
                                       const std::vector<bool>& used);

}  // namespace latpred
