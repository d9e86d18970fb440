// Small figures over predictions: margins, changes, sums of what measuring took.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace latpred {

/// How far measured values exceed their predictions, as a share of these, at quantile `share` of
/// the N networks; at least 0. A limit divided by 1 + margin is kept by about that share.
/// DataError for other sizes, no values, or values that are not positive.
double safety_margin(std::span<const double> measured, std::span<const double> predicted,
                     double share);

/// Change of each value from that of its reference (a number of a value), in percent; none where
/// it has none. DataError for other sizes or a number of no value.
std::vector<std::optional<double>>
percent_changes(std::span<const double> values,
                std::span<const std::optional<std::size_t>> references);

/// Seconds for running each of N things, of `each_ms` each, `counts` times. DataError for other
/// sizes.
double running_seconds(std::span<const double> counts, std::span<const double> each_ms);

}  // namespace latpred
