// Which runs of blocks the chains of a batch have: the nodes that graph convolutions tell apart.
//
// Behind the first convolution over a directed chain a node knows its block and the block before
// it, behind the second those two and one more. The chains of a space have few such pairs and
// triples, so what belongs to one is computed once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace latpred {

/// Numbers pairs and triples of blocks in the order in which they appear.
class ChainContexts {
  public:
    static constexpr std::int32_t none = -1;

    /// `before` of blocks, or `none` at the start of a chain.
    struct Pair {
        std::int32_t before;
        std::int32_t block;
    };
    /// Numbers of pairs: of the node before, `none` at the start, and of the node itself.
    struct Triple {
        std::int32_t before;
        std::int32_t pair;
    };

    /// Blocks are numbers below `blocks`.
    explicit ChainContexts(std::size_t blocks)
        : blocks_(blocks), pair_of_((blocks + 1) * blocks, none), triple_of_(blocks, none) {}

    /// The triple of each node of a chain.
    void read(std::span<const std::int32_t> chain, std::span<std::int32_t> triples);

    [[nodiscard]] std::span<const Pair> pairs() const { return pairs_; }
    [[nodiscard]] std::span<const Triple> triples() const { return triples_; }

  private:
    std::int32_t pair(std::int32_t before, std::int32_t block);
    std::int32_t triple(std::int32_t before, std::int32_t pair);

    std::size_t blocks_;
    std::vector<std::int32_t> pair_of_;    ///< of (block before + 1, block)
    std::vector<std::int32_t> triple_of_;  ///< of (pair before + 1, block)
    std::vector<Pair> pairs_;
    std::vector<Triple> triples_;
};

}  // namespace latpred
