// Wrong arguments of bound functions.
#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Lets every function, method, constructor and setter of the module answer wrong arguments with an
/// ArgumentError of one sentence, instead of pybind11's TypeError that lists signatures and shows
/// values at any length: which argument, what it is, what was expected; keywords that are unknown,
/// missing or given twice. Costs nothing where a call succeeds. Classes that cannot be called say
/// so likewise.
void explain_wrong_arguments(const py::module_& m);

}  // namespace latpred::bindings
