// What bindings of the room device_generic share.
#pragma once

#include "bindings/bindings.hpp"
#include "device_generic/formula.hpp"

namespace latpred::bindings {

void bind_device_generic_learning(py::module_& m);
void bind_latency_and_accuracy(py::module_& m);

}  // namespace latpred::bindings
