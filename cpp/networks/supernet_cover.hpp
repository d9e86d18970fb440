// A few networks of a space that together show all that its supernet holds.
#pragma once

#include <vector>

#include "networks/supernet_layout.hpp"

namespace latpred {

/// The largest network first, then networks in which every choice of every gene occurs once in a
/// place whose other genes are at their largest, and the smallest network last.
std::vector<std::vector<GeneValue>> covering_rows(const Space& space, LayoutScope scope);

}  // namespace latpred
