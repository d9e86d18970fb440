// Parts of a table for cross-validation and early stopping: the one scheme, by architecture.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Rows of one fit and of its test, ascending.
struct Fold {
    std::vector<std::size_t> train;
    std::vector<std::size_t> held_out;
};

/// Each row is held out once; all rows of one network are in one fold, so nothing leaks where a
/// network comes twice. Which fold, hash and seed decide, not the order of the rows. Fewer folds
/// where there are fewer networks; at least 2.
///
/// Throws: ConfigError for a count outside 2 to the number of rows; DataError where all rows are of
///     one network.
std::vector<Fold> make_folds(const Architectures& archs, std::size_t count, std::uint64_t seed);

/// The same for one part of about `share` of the rows, to stop a training by or to test with.
/// Nothing is held out where the rows are too few for it, or all of one network. ConfigError for a
/// share outside [0, 1).
Fold hold_out(const Architectures& archs, double share, std::uint64_t seed);

/// Numbers of the rows, those of one network one after the other: an order drawn by hash and seed,
/// which does not depend on the order of the rows. `values`: of the rows, to order measurements of
/// one network.
std::vector<std::size_t> drawn_order(const Architectures& archs, std::span<const double> values,
                                     std::uint64_t seed);

}  // namespace latpred
