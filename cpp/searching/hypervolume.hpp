// How much of the space of goals a front covers.
#pragma once

#include <span>

#include "searching/ranking.hpp"

namespace latpred {

/// Volume of what is worse than some point and better than `reference` (M values); more is better.
/// Points that are not better than the reference in every goal count nothing. ConfigError unless
/// the reference has M values.
///
/// Two and three goals: one sweep in O(N log N) (Fonseca, Paquete, López-Ibáñez, CEC 2006). More:
/// each point's part that later points leave uncovered, one goal fewer a step (While, Bradstreet,
/// Barone, "A fast way of calculating exact hypervolumes", IEEE TEC 2012); exponential in M.
double hypervolume(const Points& points, std::span<const double> reference);

}  // namespace latpred
