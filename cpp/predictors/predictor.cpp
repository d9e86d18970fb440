#include "predictors/predictor.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace latpred {

void Predictor::check_space(const Space& other) const {
    const Family& own = space_->family();
    const Family& given = other.family();
    const bool fits = info_.any_width ? own.name() == given.name() &&
                                            own.options().resolutions == given.options().resolutions
                                      : space_->same_family(other);
    if (!fits) {
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
}

void Predictor::spreads(const Architectures& /*archs*/, std::span<const double> predicted,
                        std::span<double> spreads) const {
    constexpr double least = 1e-9;
    const bool relative = info_.unit == "ms";
    for (std::size_t i = 0; i < spreads.size(); ++i)
        spreads[i] = relative ? std::max(std::abs(predicted[i]), least) : 1.0;
}

std::uint64_t training_hash(const Architectures& archs, std::span<const double> values) {
    Hash64 hash;
    hash.bytes(archs.space().description());
    for (std::uint64_t arch : archs.hashes())
        hash.value(arch);
    for (double value : values)
        hash.value(std::bit_cast<std::uint64_t>(value));
    return hash.digest();
}

ModelInfo fitted_info(const std::string& kind, const Architectures& archs,
                      std::span<const double> values, const std::string& device) {
    return {.kind = kind,
            .unit = "ms",
            .device = device,
            .any_width = false,
            .training_hash = training_hash(archs, values),
            .training_rows = values.size(),
            .notes = {}};
}

}  // namespace latpred
