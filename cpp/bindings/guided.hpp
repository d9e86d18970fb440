// The parts of the binding of the room `guided`.
#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_guided_rounds(py::module_& m);

}  // namespace latpred::bindings
