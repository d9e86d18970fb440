#include "datasets/checks.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

struct Conflict {
    std::size_t row;
    std::size_t first;  ///< row of the same network
};

std::vector<Conflict> conflicts_of(const Architectures& archs, std::span<const double> latency) {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::map<std::uint64_t, std::size_t> first;
    std::vector<Conflict> conflicts;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const auto [place, added] = first.emplace(hashes[i], i);
        if (!added && latency[i] != latency[place->second])
            conflicts.push_back({i, place->second});
    }
    return conflicts;
}

void require_length(std::size_t rows, std::size_t found, const char* name) {
    if (found == rows)
        return;
    throw DataError(
        message("latency table: ", rows, " architectures but ", found, " values of ", name));
}

}  // namespace

void require_latency_of_each(const Architectures& archs, std::span<const double> latency) {
    require_length(archs.size(), latency.size(), "latency_ms");
}

void require_lengths(std::size_t rows, const LatencyColumns& columns) {
    if (rows == 0)
        throw DataError("latency table: at least one row expected, got none");
    require_length(rows, columns.latency.size(), "latency_ms");
    if (!columns.low.empty())
        require_length(rows, columns.low.size(), "low_ms");
    if (!columns.high.empty())
        require_length(rows, columns.high.size(), "high_ms");
}

std::vector<std::size_t> unusable_rows(const LatencyColumns& columns) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < columns.latency.size(); ++i) {
        const double value = columns.latency[i];
        // Unknown bounds are NaN and compare false.
        const bool outside = (!columns.low.empty() && columns.low[i] > value) ||
                             (!columns.high.empty() && columns.high[i] < value);
        if (!std::isfinite(value) || value <= 0 || outside)
            rows.push_back(i);
    }
    return rows;
}

void require_usable(const LatencyColumns& columns, const RowNames& names) {
    std::vector<std::string> bad;
    for (std::size_t i : unusable_rows(columns)) {
        std::string text = message(names.of(i), ": ", columns.latency[i]);
        if (!columns.low.empty())
            text += message(" low ", columns.low[i]);
        if (!columns.high.empty())
            text += message(" high ", columns.high[i]);
        bad.push_back(std::move(text));
    }
    if (!bad.empty()) {
        throw DataError(
            message("latency table: positive finite ms expected (within low and high), got ",
                    join_few(bad, 5, "; "), "; on_bad='drop' leaves such rows out"));
    }
}

std::vector<std::size_t> conflicting_rows(const Architectures& archs,
                                          std::span<const double> latency) {
    require_latency_of_each(archs, latency);
    std::vector<std::size_t> rows;
    for (const Conflict& c : conflicts_of(archs, latency))
        rows.push_back(c.row);
    return rows;
}

void require_consistent(const Architectures& archs, std::span<const double> latency,
                        const RowNames& names) {
    require_latency_of_each(archs, latency);
    std::vector<std::string> bad;
    for (const Conflict& c : conflicts_of(archs, latency)) {
        bad.push_back(message(names.of(c.row), " has ", latency[c.row], " and ", names.of(c.first),
                              " ", latency[c.first]));
    }
    if (!bad.empty()) {
        throw DataError(message(
            "latency table: the same network with different values: ", join_few(bad, 5, "; "),
            "; on_bad='drop' keeps the first of each, 'keep' all"));
    }
}

}  // namespace latpred
