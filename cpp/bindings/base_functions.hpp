// All functions of the module, for what is done to each of them once they are bound.
#pragma once

#include <functional>
#include <string>

#include "bindings/bindings.hpp"

namespace latpred::bindings {

struct BoundFunction {
    py::detail::function_record* record;  ///< the first overload
    std::string attribute;                ///< of a property's accessors its name, else empty
};

/// What pybind11 knows of a bound function; null for other objects.
py::detail::function_record* record_of(py::handle function);

/// Functions, methods, static methods and accessors of properties of a module, its classes and its
/// submodules; `on_class` gets each class.
void for_each_function(const py::module_& m, const std::function<void(const BoundFunction&)>& visit,
                       const std::function<void(PyTypeObject*)>& on_class);

}  // namespace latpred::bindings
