// Weights that zero-cost proxies begin with.
#pragma once

#include <cstdint>
#include <span>

#include "networks/parameters.hpp"

namespace latpred {

/// As PyTorch's modules are made: weights and biases uniform in ±1 / sqrt(fan_in), norms without
/// scale and shift. Values depend on (seed, name) only, so a block has the same weights in every
/// network and what differs between two networks is not the luck of the draw.
class InitialParameters final : public ParameterSource {
  public:
    explicit InitialParameters(std::uint64_t seed) : seed_(seed) {}
    void fill(const ParameterSpec& spec, std::span<float> values) const override;

  private:
    std::uint64_t seed_;
};

/// Of Zen-NAS: standard normal weights, no biases, norms without scale and shift.
class NormalParameters final : public ParameterSource {
  public:
    explicit NormalParameters(std::uint64_t seed) : seed_(seed) {}
    void fill(const ParameterSpec& spec, std::span<float> values) const override;

  private:
    std::uint64_t seed_;
};

/// Fills with standard normal numbers of the stream `purpose`.
void fill_normal(std::uint64_t seed, std::string_view purpose, std::span<float> values);

}  // namespace latpred
