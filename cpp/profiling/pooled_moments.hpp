// How likely the states of a space's factors are together, as its draws make them.
#pragma once

#include <Eigen/Core>
#include <cstddef>

#include "profiling/pooled_factors.hpp"

namespace latpred {

struct PooledMoments {
    /// (1 + S) x (1 + S): P[state i and state j], the first row and column of what is always so.
    Eigen::MatrixXd joint;
    /// Draws that the probabilities were counted in; 0: they are exact.
    std::size_t draws = 0;
};

/// Of draws of the space (Space::draw). Exact, by going through the joint choices of the genes that
/// two factors share, their couplings and bans; where there are too many, or bans meet couplings,
/// counted in 131,072 draws of a fixed seed.
PooledMoments pooled_moments(const PooledFactors& factors);

/// Draws behind counted moments: the same each time.
Architectures moment_draws(const PooledFactors& factors);

}  // namespace latpred
