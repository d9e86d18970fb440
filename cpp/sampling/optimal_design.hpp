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

/// What the next row of a design shall do.
enum class Criterion : unsigned char {
    determinant,  ///< add most to the information, log det(I + Xᵀ X) (D-optimal)
    variance,     ///< lower the mean variance of the predictions of all rows most (I-optimal)
};

/// Rows in the order in which they were chosen, and by what share each lowered the mean variance of
/// the predictions of all rows.
struct Additions {
    std::vector<std::size_t> rows;
    std::vector<double> gains;
};

/// Rows of which a linear model of prior variance 1 for each coefficient and noise of variance 1
/// knows least: up to `count` of the `open` ones, chosen greedily for a design that already has the
/// rows `held`; of equals the first. The first k of them are those of a smaller count k.
Additions augment(const FeatureRows& rows, const std::vector<std::size_t>& held,
                  const std::vector<std::size_t>& open, std::size_t count, Criterion criterion);

/// log det(I + r Xᵀ X) of chosen rows, which `d_optimal` makes great.
double information(const FeatureRows& features, const std::vector<std::size_t>& rows);

}  // namespace latpred
