// The OFA-ResNet50D space (mit-han-lab/once-for-all, MIT).
#pragma once

#include "graphs/graph_builder.hpp"
#include "spaces/family.hpp"

namespace latpred {

/// Elastic stem, depth, bottleneck ratio and width; genes d[5] e[18] w[6] r (G = 30).
///
/// d[0] is the stem: 2 keeps its residual block, 0 skips it (the originals skip it for 1 as well).
/// d[1..4] add 0, 1 or 2 blocks to 2, 2, 4, 2. e is the bottleneck ratio. w are indices of channel
/// lists: stem middle, stem out, the four stages.
class OfaResNet50 final : public Family {
  public:
    explicit OfaResNet50(const FamilyOptions& options);
    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;
    /// The width of a stage decides its blocks, the first block of the next one and, of the last,
    /// the head; the stem's output width decides the stem and the first block.
    [[nodiscard]] std::vector<Place> declare_places() const override;
    [[nodiscard]] std::string declared_place(const Op& op) const override;
    [[nodiscard]] std::vector<std::string> unused_keys() const override { return {"wid"}; }

    /// Channels that index `width` of gene w[which] stands for: stem middle, stem out, four stages.
    static int channels(int which, int width);

  private:
    int stem(GraphBuilder& g, std::span<const GeneValue> genes) const;
};

}  // namespace latpred
