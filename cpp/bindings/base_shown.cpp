#include "bindings/base_shown.hpp"

#include <algorithm>

#include "base/numbers.hpp"
#include "base/text.hpp"

namespace latpred::bindings {
namespace {

constexpr std::size_t most_letters = 60;

std::string class_text(py::handle value) {
    const std::string whole = Py_TYPE(value.ptr())->tp_name;
    const std::size_t dot = whole.rfind('.');
    return excerpt(dot == std::string::npos ? whole : whole.substr(dot + 1));
}

std::string text_shown(PyObject* text) {
    const auto head = py::reinterpret_steal<py::object>(
        PyUnicode_Substring(text, 0, static_cast<Py_ssize_t>(most_letters + 1)));
    const auto bytes = py::reinterpret_steal<py::object>(
        head ? PyUnicode_AsEncodedString(head.ptr(), "utf-8", "replace") : nullptr);
    if (!bytes) {
        PyErr_Clear();
        return "a text";
    }
    const std::string text_bytes(PyBytes_AS_STRING(bytes.ptr()),
                                 static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.ptr())));
    return "'" + excerpt(text_bytes, most_letters) + "'";
}

std::string integer_shown(py::handle value) {
    const std::string text = integer_text(value);
    return text.starts_with("of more") ? "an integer " + text : text;
}

/// E.g. "a list of 3"; the length of containers of Python itself, which no user's code gives.
std::string container_shown(py::handle value) {
    const std::string name = class_text(value);
    const std::string article =
        std::string("aeiouAEIOU").find(name[0]) == std::string::npos ? "a " : "an ";
    const bool own = PyList_CheckExact(value.ptr()) || PyTuple_CheckExact(value.ptr()) ||
                     PyDict_CheckExact(value.ptr()) || PyAnySet_CheckExact(value.ptr());
    if (own)
        return article + name + " of " + std::to_string(PyObject_Size(value.ptr()));
    if (py::isinstance<py::array>(value)) {
        const auto array = py::reinterpret_borrow<py::array>(value);
        std::vector<std::string> sizes;
        for (py::ssize_t axis = 0; axis < array.ndim(); ++axis)
            sizes.push_back(std::to_string(array.shape(axis)));
        return "an array of shape (" + join_few(sizes) + ")";
    }
    if (PyType_Check(value.ptr()) != 0) {
        const std::string whole = reinterpret_cast<PyTypeObject*>(value.ptr())->tp_name;
        return "the class " + excerpt(whole.substr(whole.rfind('.') + 1));
    }
    return article + name;
}

}  // namespace

bool is_truth_value(py::handle value) {
    const PyTypeObject* type = Py_TYPE(value.ptr());
    if (type == &PyBool_Type)
        return true;
    if (type == &PyFloat_Type || type == &PyLong_Type || type == &PyUnicode_Type)
        return false;
    const std::string_view name = type->tp_name;
    return name == "numpy.bool" || name == "numpy.bool_";
}

bool holds_truth_value(py::handle given, int depth) {
    if (is_truth_value(given))
        return true;
    PyObject* value = given.ptr();
    if (depth == 0)
        return false;
    if (PyDict_CheckExact(value) != 0) {
        PyObject* key = nullptr;
        PyObject* item = nullptr;
        Py_ssize_t place = 0;
        while (PyDict_Next(value, &place, &key, &item) != 0) {
            if (holds_truth_value(item, depth - 1))
                return true;
        }
        return false;
    }
    if (PyList_CheckExact(value) == 0 && PyTuple_CheckExact(value) == 0)
        return false;
    PyObject** items = PySequence_Fast_ITEMS(value);
    return std::any_of(items, items + PySequence_Fast_GET_SIZE(value),
                       [&](PyObject* item) { return holds_truth_value(item, depth - 1); });
}

std::string value_shown(py::handle value) {
    if (!value)
        return "nothing";
    if (value.is_none())
        return "None";
    if (PyBool_Check(value.ptr()) != 0)
        return value.ptr() == Py_True ? "True" : "False";
    if (PyLong_CheckExact(value.ptr()) != 0)
        return integer_shown(value);
    if (PyFloat_CheckExact(value.ptr()) != 0)
        return number_text(PyFloat_AS_DOUBLE(value.ptr()));
    if (PyUnicode_CheckExact(value.ptr()) != 0)
        return text_shown(value.ptr());
    return container_shown(value);
}

}  // namespace latpred::bindings
