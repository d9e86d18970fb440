// Networks whose blocks are all of one choice, to read tables by block from whole networks.
#pragma once

#include <functional>

#include "predictors/block_layout.hpp"

namespace latpred {

/// Called with setting, joint choice and op graph.
using UniformVisit = std::function<void(int, int, const OpGraph&)>;

/// Visits the deepest architectures whose slots all take the same joint choice (or their last), one
/// for each setting and choice.
void visit_uniform(const Space& space, const BlockLayout& layout, const UniformVisit& visit);

}  // namespace latpred
