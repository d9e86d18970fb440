// A search that may measure: predict where the model is sure, measure where it is not.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "guided/candidates.hpp"
#include "guided/readings.hpp"
#include "guided/refined_model.hpp"

namespace latpred {

struct MeasuringSettings {
    std::size_t measurements = 0;  ///< most
    std::size_t batch = 0;         ///< measured between two fits; 0: a sixteenth, 8 or more
    std::size_t first = 0;         ///< of a model without rows, by design; 0: 20, or a batch
    double limit = std::numeric_limits<double>::infinity();  ///< ms
    double confidence = 0.95;
    std::vector<double> reference = {};  ///< score, latency; empty: the worst at the first fit
    std::uint64_t seed = 0;
};

/// A front of score (more is better) against latency, fastest first.
struct MeasuredFront {
    explicit MeasuredFront(const SpacePtr& space) : archs(space) {}

    Architectures archs;
    std::vector<double> scores;
    std::vector<double> latencies;  ///< measured where it was, else predicted; ms
    /// Ends of the interval of the measurement (where none is known, its value) or the prediction.
    std::vector<double> low, high;
    std::vector<std::uint8_t> measured;
};

/// What the search knows; readable while it runs and after it threw.
struct MeasuringState {
    explicit MeasuringState(const SpacePtr& space) : front(space), measured(space) {}

    MeasuredFront front;
    Architectures measured;         ///< by this search, in their order
    std::vector<Reading> readings;  ///< of them
    std::vector<double> reference;  ///< of the hypervolumes: score, latency
    std::vector<std::size_t> history_measurements;
    std::vector<double> history_hypervolume;  ///< of the front by what was known then
    std::size_t undecided = 0;  ///< not measured, and their interval leaves open what they are
    std::size_t candidates = 0;
    std::string stopped;
};

/// How many of so many networks may be measured now; 0 ends the search.
using Allowance = std::function<std::size_t(std::size_t wanted)>;

/// Each round predicts all candidates and looks for those about which the interval leaves open
/// whether they belong to the front (or, under a limit, whether they keep it and beat the best one
/// known to). A batch of them is measured, chosen by how much hypervolume each could add to the
/// front of what is measured, at latencies between prediction and lower bound in turn; each chosen
/// one counts as its prediction for those after it. The model then learns from the batch.
///
/// Where nothing is open, a batch of the candidates that are nearest to being so is measured. If
/// more of them lie outside of their intervals than should, the model is not what it says it is:
/// its intervals are calibrated anew, and the search goes on. Ends where such a batch confirms
/// them, or the budget is used.
///
/// `state` is up to date after each batch. A network that failed is not measured again and belongs
/// to no front.
///
/// Throws: ConfigError for settings out of range; DataError as the model's fits; as `measure` and
///     the source.
void search_measuring(CandidateSource& source, RefinedModel& model, const Measure& measure,
                      const Allowance& allowance, const MeasuringSettings& settings,
                      MeasuringState& state, Monitor& monitor = Monitor::current());

/// ConfigError naming the setting that is out of range.
void check(const MeasuringSettings& settings);

}  // namespace latpred
