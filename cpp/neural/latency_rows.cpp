#include "neural/latency_rows.hpp"

#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "datasets/folds.hpp"
#include "predictors/predictor.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

constexpr std::size_t few_rows = 20;  // fewer are all needed for fitting

LatencyRows canonical(const LatencyRows& rows) {
    TrainingRows ordered = canonical_rows(rows.archs, rows.latency);
    return {std::move(ordered.archs), std::move(ordered.values)};
}

LatencyRows part_of(const LatencyRows& rows, std::span<const std::size_t> chosen) {
    std::vector<double> latency;
    for (std::size_t row : chosen)
        latency.push_back(rows.latency[row]);
    return {rows.archs.select(chosen), std::move(latency)};
}

/// A network's measurements stay together.
JudgedRows split(LatencyRows rows, double share, std::uint64_t seed) {
    const std::size_t n = rows.latency.size();
    if (n < few_rows || std::llround(share * static_cast<double>(n)) == 0)
        return {std::move(rows), std::nullopt};
    const Fold parts = hold_out(rows.archs, share, seed);
    if (parts.held_out.empty())
        return {std::move(rows), std::nullopt};
    return {part_of(rows, parts.train), part_of(rows, parts.held_out)};
}

}  // namespace

JudgedRows judged_rows(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                       double share, std::uint64_t seed, const std::string& what) {
    if (!(share >= 0 && share < 1)) {
        throw ConfigError(
            message(what, ": validation_share ", share, ", from 0 to below 1 expected"));
    }
    if (!validation)
        return split(canonical(rows), share, seed);
    if (!rows.archs.space().same_family(validation->archs.space())) {
        throw SchemaError(message(what, ": validation rows of ",
                                  validation->archs.space().description(), ", of ",
                                  rows.archs.space().description(), " expected"));
    }
    return {canonical(rows), canonical(*validation)};
}

std::string rows_fingerprint(const LatencyRows& rows, std::span<const double> judged) {
    Hash64 truth;
    for (const double value : judged)
        truth.value(std::bit_cast<std::uint64_t>(value));
    return message(training_hash(rows.archs, rows.latency), ' ', truth.digest());
}

}  // namespace latpred
