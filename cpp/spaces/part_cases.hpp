// The independent parts of a space, and the cases that their deciding genes make of each.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "base/natural.hpp"
#include "spaces/space.hpp"

namespace latpred {

/// Genes that depend on each other by gates, couplings or bans. A space is the product of its
/// parts.
struct SpacePart {
    std::vector<std::size_t> columns;  ///< ascending
    /// Those that decide what others are: gates, and what gates are coupled to.
    std::vector<std::size_t> keys;
};

std::vector<SpacePart> parts_of(const Space& space);

/// What gene number `place` of a part may be, as one condition of a ban.
struct Condition {
    std::size_t place = 0;
    std::vector<GeneValue> values;  ///< ascending
};

/// Not all of these at once.
using Clause = std::vector<Condition>;

/// One gene of a part while the keys have given values.
struct CaseGene {
    std::span<const GeneValue> choices;  ///< of a key or inactive gene: one
    /// The place of the gene that decides this one, by `image`; -1: none, or a key did already.
    int source = -1;
    std::span<const GeneValue> image = {};
};

/// A part while its keys have given values: its genes are free but for couplings and bans.
struct PartCase {
    std::vector<CaseGene> genes;  ///< in the order of the part's columns
    std::vector<Clause> bans;
};

/// All cases of a part, without those that a ban excludes whatever else is chosen. They share no
/// network. `further`: couplings beside the space's own, which must outlive the cases. ConfigError
/// where they are too many.
std::vector<PartCase> cases_of(const Space& space, const SpacePart& part,
                               std::span<const Coupling> further = {});

/// Number of networks of a case: the product of its free genes' choices; where bans tie genes, by
/// branching over those. ConfigError where bans tie too many.
Natural count(const PartCase& one, const Space& space);

}  // namespace latpred
