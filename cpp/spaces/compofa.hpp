// CompOFA (Sahni et al., ICLR 2021): OFA-MobileNetV3 with depth and expansion coupled.
#pragma once

#include "spaces/space.hpp"

namespace latpred {

/// Depth 2, 3, 4 of a stage brings expansion 3, 4, 6 to all its blocks; kernels free, or (fixed)
/// 3, 5, 3, 3, 5 by stage. 117^5 and 3^5 networks a resolution.
SpacePtr make_compofa(const FamilyOptions& options, bool fixed_kernels);

}  // namespace latpred
