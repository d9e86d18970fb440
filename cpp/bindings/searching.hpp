// What the binding files of searching share.
#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_fronts(py::module_& m);
void bind_costs(py::module_& m);

}  // namespace latpred::bindings
