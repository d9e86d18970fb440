// Which channels the narrower networks of a supernet keep.
#pragma once

#include "networks/supernet.hpp"

namespace latpred {

/// Sorts the channels inside blocks by importance, so that narrower networks keep the important
/// ones: descending sum of |weights| of the convolution that reads them last (OFA's
/// `re_organize_middle_weights`). The function of the largest network stays as it is.
///
/// Sorted are channels that a convolution of a block makes and only convolutions of the same block
/// read, where their number is a choice: of inverted bottlenecks the expanded and the squeezed
/// ones, of ResNet's blocks those between convolutions. Channels that a shortcut adds to, and those
/// that blocks hand on, stay.
void order_channels(const Space& space, SupernetState& state);

}  // namespace latpred
