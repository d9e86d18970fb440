// Splits of a table into parts: training, validation, test.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Rows of each part, ascending. `method`:
/// "file": parts one after the other in the order of the rows, as the OFA tutorial splits.
/// "random": rows drawn with `seed`.
/// "architecture": all rows of one network fall in one part, so nothing leaks; the parts are cut
/// from an order of the networks by hash and seed, which does not depend on the order of rows.
struct SplitOptions {
    std::string method = "file";
    std::vector<double> fractions = {0.7, 0.15, 0.15};  ///< of the rows; at most 1 together
    std::uint64_t seed = 0;
    bool ignore_resolution = false;  ///< networks that differ in resolution only stay together
};

/// ConfigError for an unknown method or wrong fractions.
std::vector<std::vector<std::size_t>> split_rows(const Architectures& archs,
                                                 const SplitOptions& options);

}  // namespace latpred
