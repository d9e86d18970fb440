// Methods called on their class with None in the place of an object.
#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Makes `Class.method(None)` a TypeError, for the methods and properties of all classes in a
/// module and in its submodules. pybind11 refuses None only where a binding names its arguments;
/// elsewhere the method would run on a null pointer and end the process.
void refuse_none_as_self(const py::module_& m);

}  // namespace latpred::bindings
