#include "predictors/predictor.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "predictors/rehouse.hpp"

namespace latpred {

bool Predictor::fits(const Space& other) const {
    return info_.any_width ? same_genes(*space_, other) : space_->same_family(other);
}

void Predictor::check_space(const Space& other) const {
    if (!fits(other)) {
        throw SchemaError(message(info_.kind, " model of ", space_->description(),
                                  info_.any_width ? " (any width)" : "",
                                  " cannot predict architectures of ", other.description()));
    }
}

void Predictor::evaluate(const Architectures& archs, std::span<double> values) const {
    check_space(archs.space());
    if (values.size() != archs.size()) {
        throw ConfigError(message("predict: ", values.size(), " places for the values of ",
                                  archs.size(), " architectures"));
    }
    predict(archs, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw DataError(message(info_.kind, " model: ", values[i], " for architecture ", i,
                                    ": its numbers lie beyond what can be computed"));
        }
    }
}

void Predictor::spreads(const Architectures& /*archs*/, std::span<const double> predicted,
                        std::span<double> spreads) const {
    constexpr double least = 1e-9;
    const bool relative = info_.unit == "ms";
    for (std::size_t i = 0; i < spreads.size(); ++i)
        spreads[i] = relative ? std::max(std::abs(predicted[i]), least) : 1.0;
}

namespace {

/// (architecture, value) of each row, ascending, each once: what a fit sees.
std::vector<std::pair<std::uint64_t, std::uint64_t>> measurements(const Architectures& archs,
                                                                  std::span<const double> values) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
    const std::vector<std::uint64_t> hashes = archs.hashes();
    for (std::size_t i = 0; i < std::min(hashes.size(), values.size()); ++i)
        all.emplace_back(hashes[i], std::bit_cast<std::uint64_t>(values[i]));
    std::ranges::sort(all);
    const auto repeats = std::ranges::unique(all);
    all.erase(repeats.begin(), repeats.end());
    return all;
}

}  // namespace

std::uint64_t training_hash(const Architectures& archs, std::span<const double> values) {
    Hash64 hash;
    hash.bytes(archs.space().description());
    for (const auto& [arch, value] : measurements(archs, values))
        hash.value(arch).value(value);
    return hash.digest();
}

ModelInfo fitted_info(const std::string& kind, const Architectures& archs,
                      std::span<const double> values, const std::string& device) {
    return {.kind = kind,
            .unit = "ms",
            .device = device,
            .any_width = false,
            .training_hash = training_hash(archs, values),
            .training_rows = measurements(archs, values).size(),
            .notes = {}};
}

}  // namespace latpred
