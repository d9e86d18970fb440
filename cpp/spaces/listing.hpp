// The choices of one part, listed.
#pragma once

#include <vector>

#include "spaces/part_cases.hpp"

namespace latpred {

/// Every choice of a part once, row-major (genes as in its cases), in lexicographic order.
/// ConfigError where bans leave few of very many.
std::vector<GeneValue> list_choices(const std::vector<PartCase>& cases, const Space& space);

}  // namespace latpred
