// Mutation and crossover of gene rows: the operators of evolutionary search.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Row operators of one space. Parents must be canonical and inside the space; so are children.
/// Where the space's bans reject a child 50 times, the child is its (first) parent.
class Variation {
  public:
    /// `rate`: probability that a group of genes is redrawn, times the space's rate of the gene.
    /// ConfigError unless it is in [0, 1].
    Variation(SpacePtr space, double rate);

    /// Redraws, each with its rate: every network-wide gene, the genes of every block together,
    /// every unit's own genes (depth). Slots that a mutation makes active are drawn anew, else
    /// deepening would always reveal the first choice.
    void mutate(Rng& rng, std::span<const GeneValue> parent, std::span<GeneValue> child) const;

    /// Redraws one gene, which then differs: drawn by the space's rates among those with a choice.
    /// The child is its parent where no gene may change.
    void mutate_one(Rng& rng, std::span<const GeneValue> parent, std::span<GeneValue> child) const;

    /// Every gene from either parent with equal chance; a gene that only one of them uses comes
    /// from that one; coupled genes follow their source.
    void cross(Rng& rng, std::span<const GeneValue> a, std::span<const GeneValue> b,
               std::span<GeneValue> child) const;

    /// The same with the genes before one random place from `a`, those behind it from `b`; each
    /// gives at least one.
    void cross_at_one_point(Rng& rng, std::span<const GeneValue> a, std::span<const GeneValue> b,
                            std::span<GeneValue> child) const;

  private:
    /// Genes redrawn on the same event; gene k where the draw is below thresholds[k].
    struct Group {
        std::vector<std::size_t> columns;
        std::vector<double> thresholds;
        double highest = 0;
    };

    /// Couplings, then what a mutation made active.
    void settle(Rng& rng, std::span<const GeneValue> parent, std::span<GeneValue> child) const;
    void reveal(Rng& rng, std::span<const GeneValue> parent, std::span<GeneValue> child) const;
    /// `make` writes a child that the bans may reject, then it makes another.
    template <class Make>
    void make_lawful(std::span<const GeneValue> parent, std::span<GeneValue> child,
                     const Make& make) const;
    /// Column by column from `a` where `from_first` says so.
    template <class FromFirst>
    void inherit(Rng& rng, std::span<const GeneValue> a, std::span<const GeneValue> b,
                 std::span<GeneValue> child, const FromFirst& from_first) const;
    /// Writes a parent with gene `column` changed.
    void change(Rng& rng, std::span<const GeneValue> parent, std::size_t column,
                std::span<GeneValue> child) const;

    SpacePtr space_;
    std::vector<Group> groups_;
    std::vector<std::size_t> gated_;  ///< columns that have a gate
    std::vector<double> rates_;       ///< of columns with a choice, summed up to each column
};

/// One child a row; row i depends on (seed, i) only.
Architectures mutate(const Architectures& parents, std::uint64_t seed, double rate);

/// One child a pair of rows; ConfigError where the batches differ in length.
Architectures crossover(const Architectures& a, const Architectures& b, std::uint64_t seed);

}  // namespace latpred
