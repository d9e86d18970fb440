// The single moves of a mutation within one unit.
#pragma once

#include <span>
#include <vector>

#include "profiling/unit_mutation.hpp"

namespace latpred {

/// What can be done to the unit of a row; each choice of these is equally likely.
enum class UnitMove : std::uint8_t { add, remove, swap, swap_own };

/// Whether another gene decides this one.
bool is_coupled(const Space& space, int column);

class UnitMoves {
  public:
    UnitMoves(const Space& space, const MutationUnit& unit) : space_(space), unit_(unit) {}

    /// Those that `row` leaves.
    [[nodiscard]] std::vector<UnitMove> possible(std::span<const GeneValue> row) const;
    /// Makes the move; couplings, bans and canonical form are the caller's.
    void make(Rng& rng, UnitMove move, std::span<GeneValue> row) const;
    /// Whether any network of the space has a choice here.
    [[nodiscard]] bool has_choice() const;

  private:
    /// The depth next to that of the row, up or down; -1 where none is allowed.
    [[nodiscard]] int next_depth(std::span<const GeneValue> row, bool deeper) const;
    [[nodiscard]] std::size_t layers(std::span<const GeneValue> row) const;
    /// Blocks of a site that fit the row's genes of the unit.
    [[nodiscard]] std::vector<const Block*> candidates(const Site& site,
                                                       std::span<const GeneValue> row) const;
    [[nodiscard]] std::vector<std::size_t> swappable(std::span<const GeneValue> row) const;
    /// Whether the gene is the site's alone, and free.
    [[nodiscard]] bool of_layer(const Site& site, int column) const;
    void put(const Site& site, const Block& block, std::span<GeneValue> row) const;
    void put_random(Rng& rng, const Site& site, std::span<GeneValue> row) const;
    /// The block of one site comes to another, or a random one where it may not stand there.
    void carry(Rng& rng, const Site& from, const Site& to, std::span<GeneValue> row) const;
    /// Slots that a move makes active are drawn, else they would show the first choice.
    void reveal(Rng& rng, std::span<const GeneValue> before, std::span<GeneValue> row) const;
    void add(Rng& rng, std::span<GeneValue> row) const;
    void remove(Rng& rng, std::span<GeneValue> row) const;
    void swap(Rng& rng, std::span<GeneValue> row) const;
    void swap_own(Rng& rng, std::span<GeneValue> row) const;

    const Space& space_;
    const MutationUnit& unit_;
};

}  // namespace latpred
