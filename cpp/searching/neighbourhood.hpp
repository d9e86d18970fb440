// The architectures around one: what a descent may step to.
#pragma once

#include <span>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

class Neighbourhood {
  public:
    using Columns = std::vector<std::size_t>;

    /// The genes of a unit itself, and those of each of its blocks.
    struct Unit {
        Columns own;
        std::vector<Columns> blocks;
    };

    explicit Neighbourhood(SpacePtr space);

    [[nodiscard]] const std::vector<Unit>& units() const { return units_; }

    /// All rows that differ from `row` in one free gene (and in what follows from it).
    [[nodiscard]] Architectures singles(std::span<const GeneValue> row) const;

    /// All choices of these genes together, the others as in `row` (or as follows from them); one
    /// gene at a time where they are too many.
    [[nodiscard]] Architectures variants(std::span<const GeneValue> row,
                                         const Columns& columns) const;

    /// Coupled, canonical; false where it is banned.
    [[nodiscard]] bool settle(std::span<GeneValue> row) const;

  private:
    /// Gives genes that `row` lacks a choice that is allowed, in case they count in `other`.
    void fill(std::span<const GeneValue> row, std::span<GeneValue> other) const;
    void vary(std::span<const GeneValue> row, const Columns& columns, Architectures& all) const;

    SpacePtr space_;
    std::vector<Unit> units_;
};

}  // namespace latpred
