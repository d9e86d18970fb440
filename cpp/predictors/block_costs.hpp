// What the blocks of a space cost by counting: the prior knowledge of the additive predictor.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "predictors/block_layout.hpp"

namespace latpred {

/// Counted for one image: multiply-accumulates of dense and of grouped convolutions, values read
/// and written by each of them, values of element-wise operators and pools, expanded values read by
/// grouped convolutions, kernels, parameters.
inline constexpr int cost_kinds = 8;
using BlockCost = std::array<double, cost_kinds>;

struct BlockCosts {
    std::vector<BlockCost> of_feature;  ///< of one occurrence of each block feature, F places
    std::vector<BlockCost> fixed;       ///< of the operators outside slots, by setting
    std::vector<double> moved;  ///< values moved by a block feature, relative to their mean (>= .1)
};

/// Reads the op graphs of the deepest architectures, one for each setting and joint choice. A block
/// whose shape depends on genes of other blocks is counted with those at the same choice, so these
/// are a guide for shrinkage, not exact costs.
BlockCosts block_costs(const Space& space, const BlockLayout& layout);

/// Called with setting, joint choice and op graph.
using UniformVisit = std::function<void(int, int, const OpGraph&)>;

/// Visits the deepest architectures whose slots all take the same joint choice (or their last), one
/// for each setting and choice.
void visit_uniform(const Space& space, const BlockLayout& layout, const UniformVisit& visit);

/// Costs of each slot over settings and choices, to find the slots that hold equal blocks. Empty
/// for a slot without operators of its own.
std::vector<std::vector<double>> block_signatures(const Space& space, const BlockLayout& layout);

}  // namespace latpred
