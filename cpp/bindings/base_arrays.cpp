#include "bindings/base_arrays.hpp"

#include <cstring>

#include "bindings/python_names.hpp"

namespace latpred::bindings {

bool is_plain_array(py::handle given) {
    const auto* array = reinterpret_cast<PyObject*>(Py_TYPE(given.ptr()));
    return array == reinterpret_cast<PyObject*>(py::detail::npy_api::get().PyArray_Type_);
}

bool is_array_of(py::handle given, const char* kinds) {
    if (!is_plain_array(given))
        return false;
    const char kind = py::reinterpret_borrow<py::array>(given).dtype().kind();
    return std::strchr(kinds, kind) != nullptr;
}

py::object number_array(py::handle given) {
    return python(PythonName::numbers)(given, "array");
}

py::object whole_array(py::handle given) {
    return python(PythonName::whole_numbers)(given, "array");
}

}  // namespace latpred::bindings
