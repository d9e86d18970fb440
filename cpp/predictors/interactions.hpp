// What sums over blocks miss: tables over the depths of all units, and over neighbouring blocks.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "predictors/additive.hpp"

namespace latpred {

struct InteractionFit {
    std::vector<TableTerm> terms;     ///< to be added to those of the additive fit
    std::vector<std::string> chosen;  ///< groups, in the order in which they were fitted
    double error_without = 0;         ///< mean absolute error of held-out rows; 0: not validated
    double error_with = 0;            ///< the same with the chosen groups
};

/// "depths": one table over the depths of all units; "depths-settings": the same for each joint
/// choice of the genes outside units (the resolution); "neighbours": one over the joint choices of
/// each block and the next in its unit.
std::vector<std::string> interaction_groups();

/// Fits tables to the residuals of `base`, clipped so that outliers do not pull, by ridge
/// regression, one group after the other. Their shrinkage is chosen by three-fold cross-validation
/// by networks, in which the additive predictor is fitted anew; so are, with `groups` = {"auto"},
/// the groups: greedily, while the held-out error falls by more than half a percent.
///
/// Throws: ConfigError for an unknown group. Groups that the space does not have are left out, and
/// with less than 60 networks all are.
InteractionFit fit_interactions(const Architectures& archs, std::span<const double> values,
                                const AdditiveOptions& options, const AdditiveFit& base,
                                const std::vector<std::string>& groups,
                                Monitor& monitor = Monitor::none());

}  // namespace latpred
