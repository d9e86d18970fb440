// What each stage of an architecture costs.
#pragma once

#include <string>
#include <vector>

#include "encodings/encoding.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {

/// For each unit of the space, then for all that lies outside units: macs, params, bytes (read and
/// written by kernels, weights included, float32), kernels and blocks, for one image ("u2.macs",
/// "outside.bytes"). The sums over units and outside are those of the whole network.
class StageCosts final : public Encoding {
  public:
    explicit StageCosts(SpacePtr space);

    [[nodiscard]] std::vector<std::string> feature_names() const override;
    [[nodiscard]] std::size_t features() const override { return sums_.size(); }

    /// The same N x F numbers in double precision (MACs pass 2^24).
    [[nodiscard]] std::vector<double> values(const Architectures& archs) const;

  private:
    void write(const Architectures& archs, std::span<float> out) const override;

    std::vector<CostSum> sums_;  ///< the last ones of the whole network
};

}  // namespace latpred
