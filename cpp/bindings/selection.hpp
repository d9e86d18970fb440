// What the binding files of this room share.
#pragma once

#include "bindings/bindings.hpp"
#include "bindings/predictors_fitters.hpp"

namespace latpred::bindings {

void bind_selection(py::module_& m);
void bind_curves(py::module_& m);

}  // namespace latpred::bindings
