// What the places of a space cost by counting: the prior knowledge of the additive predictor.
#pragma once

#include <array>
#include <vector>

#include "predictors/block_layout.hpp"

namespace latpred {

/// Counted for one image: multiply-accumulates of dense and of grouped convolutions, values read
/// and written by each of them, values of element-wise operators and pools, expanded values read by
/// grouped convolutions, kernels, parameters.
inline constexpr int block_cost_kinds = 8;
using BlockCost = std::array<double, block_cost_kinds>;

struct SlotCosts {
    /// By slot: setting x joint choice. Of a place with several slots each has its share, with the
    /// other genes at their first choice, so these are then a guide and not exact.
    std::vector<std::vector<BlockCost>> of_slot;
    std::vector<BlockCost> fixed;  ///< of places without genes, by setting
};

/// Reads the op graphs of the deepest architectures in which every joint choice of every slot
/// occurs once, as many slots as possible in each.
SlotCosts slot_costs(const Space& space, const BlockLayout& layout);

/// Whether the genes that gate places do nothing else: by place; false for places without a gate
/// and for gates that also change the operators of their place.
std::vector<bool> gates_only_gate(const Space& space);

struct BlockCosts {
    std::vector<BlockCost> of_feature;  ///< of one occurrence of each block feature, F entries
    std::vector<BlockCost> fixed;       ///< of the operators outside slots, by setting
    std::vector<double> moved;  ///< values moved by a block feature, relative to their mean (>= .1)
};

BlockCosts block_costs(const BlockLayout& layout);

}  // namespace latpred
