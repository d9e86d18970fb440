// The choice among fitters by cross-validation.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "selection/cross_validate.hpp"

namespace latpred {

struct Candidate {
    std::string name;
    FitterPtr fitter;
};

struct Selection {
    std::vector<CandidateScore> scores;  ///< in the order of the candidates
    std::vector<std::size_t> ranking;    ///< their numbers, least mean absolute error first
    HeldOut held_out;                    ///< of the best candidate
};

/// Nothing but the rows decides, no clock; of equal errors the first candidate is the best.
///
/// Throws: ConfigError for no candidate or a wrong number of folds; DataError for rows that no fit
///     can take, or where no candidate could be fitted, with each one's reason.
Selection select(std::span<const Candidate> candidates, const Rows& rows, const FoldPlan& plan,
                 const FitContext& context);

/// The candidates usual for so many rows under a budget of effort: "fast", "default", "thorough".
/// ConfigError for another one.
///
/// A candidate is left out below the number of rows under which it has never won, above that where
/// its cost is out of proportion (a Gaussian process costs their cube, a perceptron minutes), and
/// where neither the registry nor `offered` (name -> fitter, e.g. "trees") has it.
std::vector<Candidate> usual_candidates(std::size_t rows, const std::string& effort,
                                        std::span<const Candidate> offered = {});

/// "fast", "default", "thorough".
std::vector<std::string> selection_efforts();

}  // namespace latpred
