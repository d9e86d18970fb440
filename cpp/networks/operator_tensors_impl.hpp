// Parameters as LibTorch holds them.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "base/monitor.hpp"
#include "networks/kernels_impl.hpp"
#include "networks/parameters.hpp"

namespace latpred {

/// All parameters of a graph, in execution order.
struct LoadedParameters {
    std::vector<ParameterSpec> specs;
    std::vector<at::Tensor> tensors;  ///< of each spec
};

/// Filled on `threads` threads, on the processor. Throws what the source raises.
LoadedParameters load_parameters(const OpGraph& graph, const ParameterSource& source, int threads,
                                 Monitor& monitor);

/// The same tensors by operator number.
std::vector<OpTensors> by_operator(const OpGraph& graph, const LoadedParameters& loaded);

}  // namespace latpred
