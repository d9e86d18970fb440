// What repeated searches reach: empirical attainment surfaces of two goals.
#pragma once

#include <span>
#include <vector>

#include "searching/ranking.hpp"

namespace latpred {

/// The corner points (two scores each, row-major) that at least `level` of K fronts reach: every
/// point worse than a corner is covered by so many fronts. By descending second, ascending first
/// score; none covers another. Level 1 is the best surface, (K + 1) / 2 the median, K the worst
/// (Fonseca and Fleming, "On the performance assessment and comparison of stochastic
/// multiobjective optimizers", PPSN 1996).
///
/// ConfigError unless every front has two goals and level is in 1 … K.
std::vector<double> attainment_surface(std::span<const Points> fronts, std::size_t level);

}  // namespace latpred
