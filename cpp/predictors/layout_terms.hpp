// From weights of features to tables over genes.
#pragma once

#include <span>
#include <vector>

#include "predictors/block_layout.hpp"
#include "predictors/block_table.hpp"

namespace latpred {

/// One table a slot and one of setting by total depth; `weights` has a place for each of the F
/// features.
std::vector<TableTerm> layout_terms(const BlockLayout& layout, std::span<const double> weights);

}  // namespace latpred
