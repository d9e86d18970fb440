#include "bindings/base_functions.hpp"

namespace latpred::bindings {
namespace {

using Visit = std::function<void(const BoundFunction&)>;

void visit_function(py::handle function, const std::string& attribute, const Visit& visit) {
    if (PyObject_TypeCheck(function.ptr(), &PyStaticMethod_Type) != 0) {
        visit_function(function.attr("__func__"), attribute, visit);
    } else if (auto* record = record_of(function)) {
        visit({record, attribute});
    }
}

void visit_class(py::handle type, const Visit& visit) {
    const auto members =
        py::reinterpret_borrow<py::dict>(reinterpret_cast<PyTypeObject*>(type.ptr())->tp_dict);
    for (const auto& [name, member] : members) {
        if (PyObject_TypeCheck(member.ptr(), &PyProperty_Type) == 0) {
            visit_function(member, "", visit);
            continue;
        }
        const auto attribute = py::str(name).cast<std::string>();
        visit_function(member.attr("fget"), attribute, visit);
        visit_function(member.attr("fset"), attribute, visit);
    }
}

}  // namespace

py::detail::function_record* record_of(py::handle function) {
    function = py::detail::get_function(function);  // out of an instance method
    if (!function || !PyCFunction_Check(function.ptr()))
        return nullptr;
    PyObject* self = PyCFunction_GET_SELF(function.ptr());
    return self == nullptr ? nullptr : py::detail::function_record_ptr_from_PyObject(self);
}

void for_each_function(const py::module_& m, const Visit& visit,
                       const std::function<void(PyTypeObject*)>& on_class) {
    const auto members = py::reinterpret_borrow<py::dict>(PyModule_GetDict(m.ptr()));
    for (const auto& [name, member] : members) {
        if (PyModule_Check(member.ptr()) != 0) {
            for_each_function(py::reinterpret_borrow<py::module_>(member), visit, on_class);
        } else if (PyType_Check(member.ptr()) != 0) {
            visit_class(member, visit);
            on_class(reinterpret_cast<PyTypeObject*>(member.ptr()));
        } else {
            visit_function(member, "", visit);
        }
    }
}

}  // namespace latpred::bindings
