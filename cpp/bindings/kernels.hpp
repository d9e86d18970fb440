// What the binding files of the room kernels share.
#pragma once

#include "bindings/bindings.hpp"
#include "kernels/fused_kernel.hpp"

namespace latpred::bindings {

/// Names of the operators of a kernel.
py::list operator_names(const TensorGraph& graph, const FusedKernel& kernel);

void bind_fused_kernels(py::module_& m);
void bind_network_models(py::module_& m);

}  // namespace latpred::bindings
