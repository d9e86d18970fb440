// How an onboarding spends its time: what the next round measures, and how much of it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace latpred {

/// A round that is over; seconds of wall time.
struct SpentRound {
    std::string kind;  ///< "labels" (effort dataset) or "checks" (effort default)
    std::size_t networks = 0;
    double measuring = 0;  ///< start of workers included
    double learning = 0;   ///< choosing, fitting, cross-validation, intervals
};

struct RoundSettings {
    double budget = 0;             ///< seconds of everything up to the saved predictor
    double spent = 0;              ///< of them
    std::size_t rows = 0;          ///< labels so far, of earlier runs too
    std::size_t most_rows = 2000;  ///< a Gaussian process costs their cube
    bool good_enough = false;      ///< the error target is reached
};

struct RoundPlan {
    std::string kind;  ///< "labels", "checks" or "stop"
    std::size_t networks = 0;
    double seconds = 0;  ///< the most that measuring may take; 0 sets no limit
    std::string reason;  ///< of a stop
};

/// The first round is small and learns what a network costs: start and networks by a line through
/// the rounds. Labels take the time up to 45 % of the budget, in rounds of a quarter at most, so
/// that each is chosen with what the one before taught, and none that would take less time than
/// learning from it; checks, which intervals rest on, then a quarter, where it is enough for 20 of
/// six times a label's cost; labels take what is left. Kept back is what learning will cost, by the
/// last round's and the square of the rows. Where rounds used up the budget without a single label,
/// four networks more are measured without a limit.
///
/// Throws: ConfigError for a budget that is not positive and finite; DataError for a round of
///     another kind.
RoundPlan plan_round(const RoundSettings& settings, std::span<const SpentRound> rounds);

}  // namespace latpred
