// Whether measured rows can be used.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "datasets/row_names.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Latencies in ms and, where known, the bounds of their intervals (else empty).
struct LatencyColumns {
    std::span<const double> latency;
    std::span<const double> low;
    std::span<const double> high;
};

/// DataError unless there is at least one row and all columns have `rows` values.
void require_lengths(std::size_t rows, const LatencyColumns& columns);

/// Rows whose latency is no positive finite number or lies outside its interval.
std::vector<std::size_t> unusable_rows(const LatencyColumns& columns);

/// DataError that names the first of the unusable rows and their values.
void require_usable(const LatencyColumns& columns, const RowNames& names = {});

/// DataError unless there is a latency of each architecture.
void require_latency_of_each(const Architectures& archs, std::span<const double> latency);

/// Rows that repeat an earlier network with another latency.
std::vector<std::size_t> conflicting_rows(const Architectures& archs,
                                          std::span<const double> latency);

/// DataError that names the first of the conflicting rows and both latencies.
void require_consistent(const Architectures& archs, std::span<const double> latency,
                        const RowNames& names = {});

}  // namespace latpred
