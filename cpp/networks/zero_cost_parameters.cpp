#include "networks/zero_cost_parameters.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/rng.hpp"

namespace latpred {
namespace {

/// Norms that only normalise; false for parameters of other operators.
bool fill_norm(ParameterRole role, std::span<float> values) {
    switch (role) {
    case ParameterRole::scale:
    case ParameterRole::running_var:
        std::ranges::fill(values, 1.0F);
        return true;
    case ParameterRole::shift:
    case ParameterRole::running_mean:
        std::ranges::fill(values, 0.0F);
        return true;
    case ParameterRole::weight:
    case ParameterRole::bias:
        break;
    }
    return false;
}

/// In (0, 1).
float open_uniform(Rng& rng) {
    return (static_cast<float>(rng.next_u32() >> 9) + 0.5F) * 0x1p-23F;
}

}  // namespace

void InitialParameters::fill(const ParameterSpec& spec, std::span<float> values) const {
    if (fill_norm(spec.role, values))
        return;
    Rng rng(seed_, spec.name);
    const float bound = 1.0F / std::sqrt(static_cast<float>(spec.fan_in));
    for (float& value : values)
        value = bound * (2.0F * open_uniform(rng) - 1.0F);
}

void NormalParameters::fill(const ParameterSpec& spec, std::span<float> values) const {
    if (fill_norm(spec.role, values))
        return;
    if (spec.role == ParameterRole::bias)
        std::ranges::fill(values, 0.0F);
    else
        fill_normal(seed_, spec.name, values);
}

void fill_normal(std::uint64_t seed, std::string_view purpose, std::span<float> values) {
    Rng rng(seed, purpose, 1);
    for (std::size_t i = 0; i < values.size(); i += 2) {  // Box-Muller
        const float radius = std::sqrt(-2.0F * std::log(open_uniform(rng)));
        const float angle = 2.0F * std::numbers::pi_v<float> * open_uniform(rng);
        values[i] = radius * std::cos(angle);
        if (i + 1 < values.size())
            values[i + 1] = radius * std::sin(angle);
    }
}

}  // namespace latpred
