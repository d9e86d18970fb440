// Which of the open candidates to measure together.
#pragma once

#include <vector>

#include "guided/outlook.hpp"

namespace latpred {

/// Up to `wanted` of the open candidates, the greatest gain first. Gain is the hypervolume over
/// `reference` (score, latency) that a candidate adds to the front of what is measured, at its
/// prediction, its lower bound, and half way between them in turn; each chosen one counts as its
/// prediction for those after it.
std::vector<std::size_t> choose_for_front(const Outlook& outlook, std::vector<std::size_t> open,
                                          std::size_t wanted, const std::vector<double>& reference);

/// The same under a limit: by how far the score exceeds the best that keeps it (or the least that
/// is open), times the chance to keep it, by where the limit lies between the bounds.
std::vector<std::size_t> choose_for_limit(const Outlook& outlook, std::vector<std::size_t> open,
                                          std::size_t wanted, double limit);

/// Hypervolume of points of outlook.
double covered(const Outlook& outlook, const std::vector<std::size_t>& front,
               const std::vector<double>& reference);

}  // namespace latpred
