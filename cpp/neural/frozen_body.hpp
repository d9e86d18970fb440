// Random layers that are never trained: features of a network whose head alone learns.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/tanh_layers.hpp"

namespace latpred {

/// Layers of these widths with tanh behind each, drawn from the seed as `drawn_layer`. A file needs
/// to keep widths, seed and checksum only.
class FrozenBody {
  public:
    /// ConfigError for no layer, a width of 0 or more than 2^25 weights. Polls the current monitor
    /// between layers.
    FrozenBody(std::size_t inputs, std::vector<std::size_t> widths, std::uint64_t seed);

    [[nodiscard]] const std::vector<std::size_t>& widths() const { return widths_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] std::size_t features() const { return widths_.back(); }
    /// Hash of all weights.
    [[nodiscard]] std::uint64_t checksum() const { return checksum_; }

    /// N x inputs -> N x features, row-major.
    [[nodiscard]] std::vector<float> forward(std::span<const float> x) const {
        return layers_.forward(x, true);
    }

  private:
    std::vector<std::size_t> widths_;
    std::uint64_t seed_;
    std::uint64_t checksum_ = 0;
    TanhLayers layers_;
};

}  // namespace latpred
