// Which blocks and depths of a space its profile lets us leave out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "profiling/unit_profile.hpp"

namespace latpred {

struct ReductionPlan {
    std::vector<std::vector<OptionFate>> blocks;  ///< by site and block
    std::vector<std::vector<OptionFate>> depths;  ///< by mutation unit and layer_counts()
    std::vector<double> shares;         ///< of mutation units in the variance that is left
    std::vector<double> probabilities;  ///< of mutation units
};

/// The profile's additive model: networks are sums over units of what their depth does and what
/// each of their blocks does beside the mean of its layer. A block is left out where, at every
/// weighting of the goals, another block of its layer is surely better: no weighting finds a
/// network with it on the model's front. So are depths, with the best blocks in their layers. Genes
/// of a whole unit (widths) are judged by the mean over its layers, and blocks of a layer among
/// those that share them.
///
/// Mutation probabilities go with the square root of the units' shares in the variance that is
/// left, averaged over goals; what belongs to no unit gets the least.
///
/// `effects`: of each of sites(space). DataError for other numbers of effects, or one that is not
/// finite; ConfigError for settings.
ReductionPlan plan_reduction(const Space& space, const std::vector<SiteEffects>& effects,
                             std::size_t goals, const ReductionSettings& settings);

}  // namespace latpred
