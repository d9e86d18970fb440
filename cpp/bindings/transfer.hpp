#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_transfer(py::module_& m);

}  // namespace latpred::bindings
