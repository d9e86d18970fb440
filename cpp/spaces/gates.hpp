// Which genes say what else there is.
#pragma once

#include <set>
#include <span>

#include "spaces/family.hpp"

namespace latpred {

/// Columns of the genes that gate other genes or blocks: depths.
std::set<int> gates_of(const Family& family);

/// Gives all gates their last choice: as deep as networks get.
void deepen(const Family& family, std::span<GeneValue> row);

}  // namespace latpred
