// First check of a latency table: what should be known before a model is fitted to it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Kinds, in the order in which they are reported:
/// "ignored-gene": labels do not change with a gene although the networks do;
/// "unit": rows a factor of 1000 (or 1e6) off the others;
/// "conflict": a network again with another latency; "duplicate": again with the same;
/// "outlier": rows far from what the others let expect; "shift": stretches of rows, in file order,
/// that are slower or faster than the rest.
struct Finding {
    std::string kind;
    std::vector<std::size_t> rows;  ///< ascending
    std::string message;
};

/// `latency` in ms, one usable value a row (see checks.hpp).
std::vector<Finding> audit(const Architectures& archs, std::span<const double> latency);

}  // namespace latpred
