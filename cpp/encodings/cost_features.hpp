// What an architecture costs, as features: they hold on any space that lowers to an op graph.
#pragma once

#include <string>
#include <vector>

#include "encodings/encoding.hpp"

namespace latpred {

/// F = 14 raw counts of the op graph for one image, in this order:
/// macs, depthwise_macs, pointwise_macs, se_macs (1x1 convolutions of a 1x1 input: squeeze and
/// excite and the classifier's mixing layer), params, bytes and peak_bytes (float32),
/// activation_bytes (written by all kernels), kernels, ops, depthwise_ops, se_ops (channel-wise
/// products), depth (blocks in searchable units), resolution (pixels of the input's height).
class CostFeatures final : public Encoding {
  public:
    using Encoding::Encoding;

    [[nodiscard]] std::vector<std::string> feature_names() const override;
    [[nodiscard]] std::size_t features() const override { return count; }

    /// The same N x F numbers in double precision (MACs pass 2^24).
    [[nodiscard]] std::vector<double> values(const Architectures& archs) const;

    static constexpr std::size_t count = 14;

  private:
    void write(const Architectures& archs, std::span<float> out) const override;
};

}  // namespace latpred
