// Evolution by unit mutations alone, as Mills et al. searched reduced spaces.
#pragma once

#include <optional>
#include <vector>

#include "searching/search.hpp"

namespace latpred {

/// Which of all networks seen so far have children.
enum class UnitParents : std::uint8_t {
    fronts,  ///< those of the first Pareto fronts
    best     ///< those best in the first goal
};

struct UnitSearchSettings {
    UnitParents parents = UnitParents::fronts;
    std::size_t initial = 100;               ///< random networks to begin with
    std::size_t iterations = 10;             ///< rounds of children
    std::size_t children = 200;              ///< new networks a round
    std::size_t fronts = 1;                  ///< successive fronts whose members are parents
    std::size_t top = 10;                    ///< parents by the first goal
    std::size_t chain = 1;                   ///< mutations from a parent to its child
    std::vector<double> probabilities = {};  ///< of each of mutation_units(space)
    std::uint64_t seed = 0;
    std::optional<Architectures> first = {};  ///< rows to begin with, before random ones
    std::vector<double> reference = {};       ///< of hypervolumes; empty: the worst of the first
};

/// `initial` random networks within the limits, then `iterations` rounds of `children` networks
/// that were never seen, made by going round the parents (search/rm_search of BlockProfile, Mills
/// et al., CIKM 2021). Children outside the limits are not replaced. Where parents have no new
/// children left, random networks fill the round.
///
/// No network is evaluated twice: without limits there are initial + iterations x children
/// evaluations, unless the space holds fewer. InfeasibleError where nothing keeps the limits,
/// DataError where an objective is NaN, ConfigError for settings.
SearchResult unit_search(const Problem& problem, const UnitSearchSettings& settings,
                         Monitor& monitor = Monitor::current());

}  // namespace latpred
