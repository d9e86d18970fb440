// The FBNetV3 space (Dai et al., CVPR 2021) as DGL (Wang and Zhang, IEEE TMC 2024) decodes it.
#pragma once

#include "graphs/graph_builder.hpp"
#include "spaces/family.hpp"

namespace latpred {

/// 28 genes in DGL's order: ks of seven stages, e of first and of further blocks (stages four and
/// five share theirs, the sixth has one), c of the stem and seven stages, d of six stages. No gene
/// stands for a single block. 224 pixels unless asked otherwise, h-swish everywhere; blocks always
/// have an expansion layer, and shortcuts are projected where channels differ.
class FbNetV3 final : public Family {
  public:
    explicit FbNetV3(const FamilyOptions& options);
    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;

    [[nodiscard]] std::vector<Place> block_places() const override;
    [[nodiscard]] std::vector<Place> declare_places() const override;
    [[nodiscard]] std::string declared_place(const Op& op) const override;

    /// DGL's line of 28 numbers, e.g. "5 5 3 …". Written is the canonical text.
    [[nodiscard]] std::optional<std::vector<std::string>>
    own_choices(const std::string& text) const override;
    /// DGL's numbers: the stem has more channels than choices.
    [[nodiscard]] bool holds_values(std::span<const GeneValue> row) const override;

  private:
    [[nodiscard]] int stage(GraphBuilder& g, int from, std::size_t number,
                            std::span<const GeneValue> genes) const;
    [[nodiscard]] int whole(std::span<const GeneValue> genes, std::size_t column) const {
        return static_cast<int>(value(genes, column));
    }
};

}  // namespace latpred
