// Probe networks, and op graphs as tensors, in Python.
#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Functions of the room `kernels`.
void bind_probe_networks(py::module_& m);

}  // namespace latpred::bindings
