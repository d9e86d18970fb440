// Mutation unit by unit: a layer more, a layer less, or another block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "profiling/sites.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// What is mutated together: a unit of the space, or what belongs to the whole network.
struct MutationUnit {
    std::string name;         ///< "u2"; "network" for stem, head and input
    int unit = -1;            ///< -1: the network
    std::vector<Site> sites;  ///< by layer
    int depth = -1;           ///< gene that says how many of them there are; -1: all of them
    std::vector<int> own;     ///< other free genes of the unit itself, e.g. its width
};

/// Units by number, the network last where it has a free gene.
std::vector<MutationUnit> mutation_units(const Space& space);

/// Mutation of Mills et al. (CIKM 2021, search/rm_search): a non-empty subset of units, each in it
/// by its own probability; in each of them one of: add (a random block at a random position, the
/// layers behind it move back), remove (they move up), swap (one layer gets another block) and, for
/// units with genes of their own, another choice of one of those (widths, the stem's depth).
///
/// Children are canonical and inside the space. A block that the space does not allow at the layer
/// it moves to becomes a random one of that layer; coupled genes follow their sources; depths step
/// to the next that is allowed. Where nothing lawful comes of 50 tries the child is its parent.
class UnitMutation {
  public:
    /// A probability for each of mutation_units(space), and how many mutations follow each other.
    /// ConfigError unless these are numbers from 0 to 1 of which one of a unit with a choice is
    /// above 0, and `chain` is at least 1.
    UnitMutation(SpacePtr space, std::vector<double> probabilities, std::size_t chain = 1);

    void mutate(Rng& rng, std::span<const GeneValue> parent, std::span<GeneValue> child) const;

  private:
    void mutate_once(Rng& rng, std::span<GeneValue> row) const;
    void mutate_unit(Rng& rng, const MutationUnit& unit, std::span<GeneValue> row) const;

    SpacePtr space_;
    std::vector<MutationUnit> units_;
    std::vector<double> probabilities_;  ///< 0 for units without a choice
    std::size_t chain_;
};

/// One child a row; row i depends on (seed, i) only.
Architectures mutate_units(const Architectures& parents, std::uint64_t seed,
                           const std::vector<double>& probabilities, std::size_t chain = 1);

}  // namespace latpred
