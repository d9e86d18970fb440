// Candidates that tell most about the coefficients of a linear model.
#pragma once

#include <cstddef>
#include <vector>

#include "base/rng.hpp"
#include "sampling/candidates.hpp"

namespace latpred {

/// Bayesian D-optimal design (Chaloner and Verdinelli 1995) for a linear model of the features with
/// an intercept: the rows with the greatest log det(I + r Xᵀ X), found greedily from a random row
/// and improved by exchanges (Fedorov 1972) until none gains. The prior, variance 1 for each
/// coefficient and noise of a tenth of the signal's deviation, lets `count` be less than the number
/// of features.
std::vector<std::size_t> d_optimal(const FeatureRows& features, std::size_t count, Rng& rng);

/// log det(I + r Xᵀ X) of chosen rows, which `d_optimal` makes great.
double information(const FeatureRows& features, const std::vector<std::size_t>& rows);

}  // namespace latpred
