// Error against rows.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "metrics/evaluation.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

struct CurvePlan {
    std::vector<std::size_t> sizes;  ///< S numbers of rows
    std::size_t repeats = 5;         ///< R draws
    std::uint64_t seed = 0;          ///< of the draws and of the rows to judge by
    double test_share = 0.2;         ///< of the networks, to judge by; 0: those in no draw of a
                                     ///< repetition
    bool gaps = false;  ///< a training that diverges leaves a gap (else: TrainingError)
};

/// F x S x R results, row-major.
struct LearningCurves {
    std::vector<std::optional<Evaluation>> errors;  ///< none: a gap
    std::vector<double> seconds;                    ///< of each fit, by the wall clock
    std::size_t test_rows = 0;                      ///< of the first repetition
};

/// What repeats of one fit came to.
struct Repeats {
    double mean = 0.0;
    double least = 0.0;
    double most = 0.0;
};

/// Of R repeats each; all NaN where one of them is. DataError for values that are no whole number
/// of times R, or no repeat.
std::vector<Repeats> over_repeats(std::span<const double> errors, std::size_t repeats);

/// Fits each fitter to random parts of the rows, again and again, and judges it on rows of networks
/// that no fit of the repetition saw. Budgets are equal: in a repetition all fitters take the same
/// rows, and the smaller part is inside the larger one. Fits of repetition r have the seed of
/// `context` plus r. `test`: rows to judge by instead of some of `rows`.
///
/// Throws: ConfigError for no fitter; DataError for sizes that are not between 1 and the rows left
///     to draw from, or that leave no row to judge by.
LearningCurves learning_curves(std::span<const FitterPtr> fitters, const Rows& rows,
                               const std::optional<Rows>& test, const CurvePlan& plan,
                               const FitContext& context);

}  // namespace latpred
