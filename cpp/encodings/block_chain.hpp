// Networks of blocks as a chain with stem and head.
#pragma once

#include "encodings/graph_encoding.hpp"

namespace latpred {

/// V: the stem, each block that the space's networks can have, in order, the head. F: "stem",
/// "head", one-hot of the choices of a block's genes ("op=k3_e1", "ks=5"), then "stage" (0: stem,
/// the block's unit + 1, the number of units + 1: head), "stride", "channels" and "height" (pixels)
/// of what leaves the node; of the head, of what it pools. Blocks that a network lacks are
/// zeros and left out of the chain; a block that is the identity stays.
class BlockChain final : public GraphEncoding {
  public:
    explicit BlockChain(SpacePtr space);
    [[nodiscard]] std::size_t nodes() const override { return blocks_.size() + 2; }
    [[nodiscard]] std::vector<std::string> feature_names() const override;

  private:
    void write(std::span<const GeneValue> row, std::span<float> features,
               std::span<float> adjacency) const override;
    /// What leaves each node, and what the head pools.
    [[nodiscard]] std::vector<Shape> shapes(const OpGraph& graph) const;

    std::vector<Place> blocks_;                      ///< in order
    std::vector<std::string> choices_;               ///< columns of the one-hot
    std::vector<std::vector<std::size_t>> feature_;  ///< of each gene's choices, where in a block
};

}  // namespace latpred
