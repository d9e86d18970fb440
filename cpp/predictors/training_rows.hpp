// Rows as every fit sees them: checked, in an order of their own, each measurement once.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Values that arithmetic of fits stays finite with, whatever else stands in the table.
inline constexpr double least_training_value = 1e-30;
inline constexpr double most_training_value = 1e30;

/// DataError unless there is one finite value of 1e-30 to 1e30 for each of at least one
/// architecture; names the first row that has another.
void check_training_values(const Architectures& archs, std::span<const double> values);

/// A model must not depend on the order in which rows stand in a file, so fits read rows by
/// architecture hash, then genes, then value. Rows equal to the bit count once; measurements of one
/// network with other values stay, and weigh as often as they occur.
struct TrainingRows {
    Architectures archs;              ///< M <= N
    std::vector<double> values;       ///< M
    std::vector<std::size_t> given;   ///< M: number of the (first) given row
    std::vector<std::size_t> places;  ///< N: where each given row stands among the M
};

/// Throws as `check_training_values`.
TrainingRows canonical_rows(const Architectures& archs, std::span<const double> values);

/// Which at most `most` rows a fit that cannot take all of them takes: those of the least hash of
/// network and number among the measurements of that network, so a random part that depends neither
/// on the order of the table nor on the unit of its values. Ascending numbers of `archs`, whose
/// rows are in canonical order.
std::vector<std::size_t> thinned(const Architectures& archs, std::size_t most);

/// The rows in groups of equal networks: first row of each, and their number at the end. `archs` in
/// canonical order. What splits rows must not tear a group apart.
std::vector<std::size_t> network_starts(const Architectures& archs);

}  // namespace latpred
