#include "bindings/base_self_argument.hpp"

namespace latpred::bindings {
namespace {

/// What pybind11 knows of a bound function; null for other objects.
py::detail::function_record* record_of(py::handle function) {
    function = py::detail::get_function(function);  // out of an instance method
    if (!function || !PyCFunction_Check(function.ptr()))
        return nullptr;
    PyObject* self = PyCFunction_GET_SELF(function.ptr());
    return self == nullptr ? nullptr : py::detail::function_record_ptr_from_PyObject(self);
}

void refuse_in_overloads(py::handle function) {
    for (auto* record = record_of(function); record != nullptr; record = record->next) {
        // Without a name, which pybind11 would free: it copied those that it was given.
        if (record->is_method && record->args.empty())
            record->args.emplace_back(nullptr, nullptr, py::handle(), true, /*none=*/false);
    }
}

void refuse_in_class(py::handle type) {
    const auto members =
        py::reinterpret_borrow<py::dict>(reinterpret_cast<PyTypeObject*>(type.ptr())->tp_dict);
    for (const auto& [name, member] : members) {
        if (PyObject_TypeCheck(member.ptr(), &PyProperty_Type) == 0) {
            refuse_in_overloads(member);
            continue;
        }
        refuse_in_overloads(member.attr("fget"));
        refuse_in_overloads(member.attr("fset"));
    }
}

}  // namespace

void refuse_none_as_self(const py::module_& m) {
    const auto members = py::reinterpret_borrow<py::dict>(PyModule_GetDict(m.ptr()));
    for (const auto& [name, member] : members) {
        if (PyModule_Check(member.ptr()) != 0)
            refuse_none_as_self(py::reinterpret_borrow<py::module_>(member));
        else if (PyType_Check(member.ptr()) != 0)
            refuse_in_class(member);
    }
}

}  // namespace latpred::bindings
