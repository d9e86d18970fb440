#include <algorithm>

#include "bindings/base_functions.hpp"
#include "bindings/pickles.hpp"
#include "bindings/python_names.hpp"

namespace latpred::bindings {
namespace {

/// Below it Python copies an object by calling the base of its class; that of pybind11 cannot be
/// called and ends the process. What is said for this protocol can be written in every other.
constexpr long least_protocol = 2;

/// Whether a class, or one that it derives from, says how it is pickled.
bool has_own_form(PyTypeObject* type) {
    for (const py::handle base : py::reinterpret_borrow<py::tuple>(type->tp_mro)) {
        auto* each = reinterpret_cast<PyTypeObject*>(base.ptr());
        if (each == &PyBaseObject_Type)
            continue;
        for (const char* name : {"__getstate__", "__reduce__"}) {
            if (PyDict_GetItemString(each->tp_dict, name) != nullptr)
                return true;
        }
    }
    return false;
}

PyObject* reduce(PyObject* self, PyObject* protocol) {
    PyTypeObject* type = Py_TYPE(self);
    if (has_own_form(type)) {
        const long given = PyLong_AsLong(protocol);
        if (given == -1 && PyErr_Occurred() != nullptr)
            return nullptr;
        return PyObject_CallMethod(reinterpret_cast<PyObject*>(&PyBaseObject_Type), "__reduce_ex__",
                                   "Ol", self, std::max(given, least_protocol));
    }
    const std::string whole = type->tp_name;
    const std::string text = whole.substr(whole.rfind('.') + 1) +
                             ": cannot be pickled or copied; make it anew where it is needed";
    try {
        PyErr_SetString(python_error("ArgumentError").ptr(), text.c_str());
    } catch (py::error_already_set& error) {
        error.restore();
    }
    return nullptr;
}

PyMethodDef reduce_method = {"__reduce_ex__", &reduce, METH_O, "How it is pickled and copied."};

}  // namespace

void refuse_other_pickles(const py::module_& m) {
    for_each_function(
        m, [](const BoundFunction& /*function*/) {},
        [](PyTypeObject* type) {
            const auto method =
                py::reinterpret_steal<py::object>(PyDescr_NewMethod(type, &reduce_method));
            if (!method || PyDict_SetItemString(type->tp_dict, "__reduce_ex__", method.ptr()) != 0)
                throw py::error_already_set();
            PyType_Modified(type);
        });
}

}  // namespace latpred::bindings
