// The best network under a latency limit of a device that few networks were measured on.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "guided/candidates.hpp"
#include "guided/refined_model.hpp"

namespace latpred {

struct LimitSettings {
    double limit = 0;            ///< ms
    double confidence = 0.95;    ///< that a network that was not measured keeps the limit
    std::size_t most_tests = 0;  ///< candidates measured at most
    std::size_t finalists = 1;   ///< best scores whose accuracy is asked for
};

/// A candidate, what is known of its latency in ms, and what it is worth.
struct Contender {
    Architectures architecture;  ///< one row
    double score = 0;
    double predicted = 0;
    double upper = 0;
    double chance = 0;  ///< to keep the limit, 0 to 1, before it was measured
    double measured = std::numeric_limits<double>::quiet_NaN();
};

struct LimitedResult {
    explicit LimitedResult(const SpacePtr& space) : best{Architectures(space)} {}

    Contender best;
    double accuracy = 0;
    std::vector<Contender> finalists;  ///< best score first
    std::vector<Contender> tests;      ///< in the order of their measurements
    std::size_t candidates = 0;        ///< in the last pool
    std::string stopped;               ///< why no more were measured
};

/// Acceptable is what was measured to keep the limit or, unmeasured, has an upper bound below it.
/// Measured next is the candidate with the greatest expected gain: how far its score exceeds the
/// best acceptable one, times its chance to keep the limit (Schonlau, Welch and Jones, "Global
/// versus local search in constrained optimization of computer models", 1998, for known scores);
/// the model then takes the measurement in. Candidates of a chance below .05 are not measured;
/// where no other promises a gain, the best acceptable ones are. Of the `finalists` best acceptable
/// scores the one with the best accuracy is returned.
///
/// `meter` may be null where nothing is to be measured; `accuracy` null where the score decides.
///
/// Throws: InfeasibleError where nothing is acceptable; ConfigError for settings out of range, or
///     tests without a meter; DataError for a measurement that is not positive and finite; as the
///     model, the source and the objectives.
LimitedResult search_within_limit(CandidateSource& source, RefinedModel& latency,
                                  const Objective* accuracy, const Objective* meter,
                                  const LimitSettings& settings,
                                  Monitor& monitor = Monitor::current());

/// ConfigError naming the setting that is out of range.
void check(const LimitSettings& settings);

}  // namespace latpred
