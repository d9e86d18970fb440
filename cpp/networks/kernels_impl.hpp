// One function an operator: from its input tensors to its output. Values are always 4-dimensional,
// N x C x H x W; flat vectors are N x F x 1 x 1.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <functional>
#include <span>

#include "graphs/op_graph.hpp"
#include "networks/fusion.hpp"
#include "networks/network.hpp"

namespace latpred {

/// Parameters of one operator; undefined where it has none.
struct OpTensors {
    at::Tensor weight;
    at::Tensor bias;
    at::Tensor running_mean;
    at::Tensor running_var;
};

/// May move out of its arguments. An argument that is `ours` may be overwritten.
using Kernel = std::function<at::Tensor(std::span<at::Tensor> arguments)>;

/// Nobody else can see this value: neither a later operator, nor a view, nor a tap, nor the graph
/// that gradients are taken from.
inline bool ours(const at::Tensor& value) {
    return !at::GradMode::is_enabled() && value.use_count() == 1 &&
           value.storage().use_count() == 1;
}

/// How kernels keep their values.
struct KernelSettings {
    at::MemoryFormat layout = at::MemoryFormat::Contiguous;
    bool prepacked = false;
    std::int64_t batch_size = 1;    ///< to pack weights for
    bool batch_statistics = false;  ///< batch norms normalise by the batch's own mean and variance
    double momentum = 0;            ///< share of the batch's statistics in the running ones
};

/// The kernel of an operator with what was fused into it. ConfigError where there is none.
Kernel make_kernel(const OpGraph& graph, const FusedOp& fused, const OpTensors& tensors,
                   const KernelSettings& settings);

/// In place where `x` is `ours`.
at::Tensor apply_activation(Activation activation, at::Tensor x);

/// Window of a convolution that pads both sides alike; otherwise the value is padded before.
bool pads_evenly(const Window& window);
at::Tensor pad(const at::Tensor& value, const Window& window, double fill);

/// Sets weight and bias of a convolution such that the batch norm behind it is included.
void fold_batch_norm(OpTensors& conv, const OpTensors& norm, double eps);

/// Whether this build can run prepacked convolutions.
bool has_prepacked();

/// A convolution through oneDNN with packed weights, residual and activation fused.
Kernel prepacked_conv(const Op& op, const FusedOp& fused, const Shape& in, const OpTensors& tensors,
                      const KernelSettings& settings);

}  // namespace latpred
