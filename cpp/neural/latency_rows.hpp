// Rows that a training is given, and those that it holds out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Rows of latencies in ms.
struct LatencyRows {
    Architectures archs;
    std::vector<double> latency;
};

/// Training rows, and those that judge its epochs; both in canonical order.
struct JudgedRows {
    LatencyRows fitted;
    std::optional<LatencyRows> judged;
};

/// The given validation rows, or whole networks with about that share of the rows; none of fewer
/// than 20 rows. DataError for no rows, another number of latencies or such that are not positive
/// and finite; SchemaError for validation rows of another space; ConfigError for a share out of
/// range, whose message starts with `what`.
JudgedRows judged_rows(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                       double share, std::uint64_t seed, const std::string& what);

/// A hash of the rows and of the values that judge epochs, for checkpoints.
std::string rows_fingerprint(const LatencyRows& rows, std::span<const double> judged);

}  // namespace latpred
