// Which networks of a device to measure next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

struct NextSettings {
    std::size_t count = 0;
    /// Share of them chosen where predictors disagree, 0 to 1; the others by design.
    double disagreement = 0.2;
    std::uint64_t seed = 0;
};

struct NextNetworks {
    std::vector<std::size_t> rows;     ///< of the candidates, in the order chosen
    std::vector<std::string> reasons;  ///< "disagreement" or "design"
    /// Of "disagreement" the standard deviation in percent of the latency, of "design" by what
    /// percent the network lowers the mean variance of a linear model's predictions.
    std::vector<double> values;
};

/// N standard deviations of the logarithm of the predictions: between the models, where an ensemble
/// counts as its members, and of those that know how little they know (Gaussian processes) also
/// their own, without the noise of a measurement. Models in one unit.
///
/// Throws: ConfigError for no model; DataError for a prediction that is not finite; SchemaError for
///     models of another family.
std::vector<double> disagreement(std::span<const PredictorPtr> models, const Architectures& archs);

/// Networks to measure besides those that are measured, of which none is chosen again. First those
/// where the models disagree, each with what it has in common with those before it taken off its
/// deviation, so that a batch is not one network in variations; then those of a
/// Bayesian I-optimal design of the one-hot encoding (`augment`) which has all before them: that
/// lower the mean variance of predictions of all networks most. Without
/// models, or where they agree everywhere, all are chosen by design. Where nothing is measured, a
/// design starts from a random candidate.
///
/// Fewer than `count` where fewer candidates are left. A function of the sets of networks, the
/// models and the seed: neither the order of rows nor repeated ones matter. The candidates decide
/// the space; measured rows may be of another width.
///
/// Throws: ConfigError for settings out of range; as `disagreement`; SchemaError for measured rows
///     of another family.
NextNetworks next_networks(std::span<const PredictorPtr> models, const Architectures& measured,
                           const Architectures& candidates, const NextSettings& settings);

}  // namespace latpred
