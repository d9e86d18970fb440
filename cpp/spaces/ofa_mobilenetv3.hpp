// The OFA-MobileNetV3 space (Cai et al., "Once-for-All", ICLR 2020).
#pragma once

#include <memory>
#include <vector>

#include "spaces/family.hpp"

namespace latpred {

/// Five stages of two to four inverted bottlenecks; genes ks[20] e[20] d[5] r (G = 46).
/// Layer table as in mit-han-lab/once-for-all (MIT). Width 1.0 or 1.2.
class OfaMobileNetV3 final : public Family {
  public:
    explicit OfaMobileNetV3(const FamilyOptions& options);
    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;
    [[nodiscard]] std::vector<std::string> unused_keys() const override { return {"wid"}; }

    static constexpr int stages = 5;
    static constexpr int slots = 4;  ///< blocks a stage has at full depth
};

/// Genes ks, e, d, r of the OFA MobileNet spaces; unit = stage, layer = block of the stage. Stage s
/// offers the numbers of blocks depths[s], ascending, and has as many slots as the largest.
std::vector<Gene> ofa_mobilenet_genes(const std::vector<std::vector<double>>& depths,
                                      const std::vector<int>& resolutions);

/// ConfigError where image size or classes are set: OFA's genes choose the size, and it has 1000.
void refuse_fixed_input(const std::string& space, const FamilyOptions& options);

/// The resolutions asked for, or 160, 176, …, 224; ConfigError unless multiples of 4 in 112–239.
std::vector<int> ofa_resolutions(const FamilyOptions& options);

}  // namespace latpred
