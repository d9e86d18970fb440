// What a search is asked: goals to push and limits to keep.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spaces/objective.hpp"

namespace latpred {

/// The value of each answer must be at most `limit`; infinity where it is only to be reported.
struct Constraint {
    std::string name;
    std::shared_ptr<const Objective> objective;
    double limit = 0;
};

/// A quantity to push up or down. Where it is a limited one too, `constraint` is its number there
/// and `objective` is not asked again.
struct Goal {
    std::string name;
    std::shared_ptr<const Objective> objective;
    bool maximise = true;
    std::optional<std::size_t> constraint = {};
};

struct Problem {
    SpacePtr space;
    /// NSGA-II pushes all of them. Other methods push the first; the rest, in their order, decide
    /// between equals and span the front.
    std::vector<Goal> goals;
    std::vector<Constraint> constraints;
};

/// ConfigError for a missing objective or a limit that is NaN.
void check(const Problem& problem);

}  // namespace latpred
