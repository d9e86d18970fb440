// LibTorch's tensors as arrays of the caller.
#pragma once

#include <ATen/ATen.h>

#include "networks/state_dict.hpp"

namespace latpred {

/// The values of a tensor on any device, in float32 and row-major order; of a `flat` one,
/// N x C x 1 x 1, as N x C.
NamedArray array_of(const at::Tensor& tensor, bool flat = false);

}  // namespace latpred
