// Layers whose second derivatives LibTorch has, but takes many times as long for as for the first:
// its convolutions go through the groups one by one, and its batch norms through a dozen arrays.
// First derivatives are LibTorch's, to the bit.
#pragma once

#include <ATen/ATen.h>

#include "graphs/op_graph.hpp"

namespace latpred {

/// A convolution that pads both sides alike. `bias` may be undefined.
at::Tensor twice_differentiable_conv(const at::Tensor& x, const at::Tensor& weight,
                                     const at::Tensor& bias, const Window& window, bool padded);

/// A batch norm with the statistics of the batch, on the processor; nothing is differentiated by
/// its scale and shift.
at::Tensor twice_differentiable_norm(const at::Tensor& x, const at::Tensor& scale,
                                     const at::Tensor& shift, double eps);

}  // namespace latpred
