// A user's own space, made from a description without C++.
#pragma once

#include "graphs/graph_builder.hpp"
#include "spaces/block_spec.hpp"
#include "spaces/family.hpp"

namespace latpred {

/// Genes ks and e of every block, c and d of every unit, r. Unit = unit, layer = block.
class BlockSpace final : public Family {
  public:
    /// ConfigError where the smallest or largest network does not fit its input, or costs more
    /// than 64 bits count.
    explicit BlockSpace(BlockSpec spec);
    [[nodiscard]] OpGraph lower(std::span<const GeneValue> genes) const override;
    /// The channels of a unit decide its blocks, the first block of the next unit and, of the last,
    /// the head; `ks` and `e` decide a block where its kind reads them.
    [[nodiscard]] std::vector<Place> declare_places() const override;
    [[nodiscard]] std::string declared_place(const Op& op) const override;

  private:
    int unit(GraphBuilder& g, int from, std::size_t number, std::span<const GeneValue> genes) const;

    BlockSpec spec_;
    std::vector<std::size_t> first_block_;  ///< of each unit
    std::size_t blocks_ = 0;
};

}  // namespace latpred
