// Kernels of the operators that transformers need, and of those that make planes larger. All can be
// differentiated by autograd: nothing is done in place but to a value that is `ours`.
#pragma once

#include "networks/kernels_impl.hpp"

namespace latpred {

/// Of the kinds from matmul on. The kernel of an embedding raises DataError for a number that is no
/// token. That of a parameter reads one value, of which only the number of images counts.
Kernel wider_kernel(const Op& op, const OpTensors& tensors, const KernelSettings& settings);

/// Of conv_transpose, upsample and pad.
Kernel plane_kernel(const Op& op, const OpTensors& tensors, const KernelSettings& settings);

}  // namespace latpred
