// Shapley values: the explained variance handed out to units, fairly where they depend or interact.
#pragma once

#include <string>
#include <vector>

#include "profiling/interaction_tests.hpp"
#include "profiling/variance_forms.hpp"

namespace latpred {

/// A unit (a layer, in spaces of one unit) or the settings of the whole network.
struct ShapleyPlayer {
    std::string name;
    int unit = -1;
    Eigen::MatrixXd form;  ///< of its Shapley value of the fitted values
};

/// The game v(S) = variance that the columns of the players in S explain of the fitted values
/// (Owen 2014, "Sobol' indices and Shapley value"), exactly: its values are the players' own where
/// no two of them are correlated, else by all coalitions. None for more than 10 correlated players.
std::vector<ShapleyPlayer> shapley_players(const PooledDesign& design);

/// A player's value for one metric: of the fit, and half of each pair of depths of it and another,
/// so that the values' sum is all that the blocks and pairs of depths explain.
VarianceShare shapley_value(const ShapleyPlayer& player, const FittedValues& values,
                            const InteractionTests& pairs, std::size_t metric);

}  // namespace latpred
