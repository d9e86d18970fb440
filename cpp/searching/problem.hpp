// What a search is asked: an objective to push and limits to keep.
#pragma once

#include <memory>
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

struct Problem {
    SpacePtr space;
    std::shared_ptr<const Objective> objective;
    std::vector<Constraint> constraints;  ///< the first is the latency of the result and the front
    bool maximise = true;
};

/// ConfigError for a missing objective or a limit that is NaN.
void check(const Problem& problem);

}  // namespace latpred
