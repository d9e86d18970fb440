#include "bindings/base_arguments.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "bindings/base_functions.hpp"
#include "bindings/base_shown.hpp"
#include "bindings/base_signature.hpp"
#include "bindings/python_names.hpp"

namespace latpred::bindings {
namespace {

using Record = py::detail::function_record;
using Fast = PyObject* (*)(PyObject*, PyObject* const*, std::size_t, PyObject*);

constexpr std::size_t most_sentence = 400;

/// pybind11's dispatcher, the same for all functions.
Fast dispatcher = nullptr;

/// Names of the properties that accessors belong to: pybind11 gives these functions none.
std::unordered_map<const Record*, std::string>& accessors() {
    static std::unordered_map<const Record*, std::string> names;
    return names;
}

struct Call {
    const Record& record;
    std::vector<SignatureParameter> parameters;
    std::vector<py::handle> positional;
    std::vector<std::pair<std::string, py::handle>> keywords;
};

Call call_of(const Record& record, PyObject* const* args, std::size_t count, PyObject* names) {
    Call call{record, read_signature(record.signature), {args, args + count}, {}};
    for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
        const auto name = py::reinterpret_borrow<py::str>(PyTuple_GET_ITEM(names, i));
        call.keywords.emplace_back(name.cast<std::string>(),
                                   args[count + static_cast<std::size_t>(i)]);
    }
    return call;
}

std::string class_name(const Record& record) {
    return py::str(record.scope.attr("__name__")).cast<std::string>();
}

/// "space_names", "Space.sample", "Device" of its constructor, "Settings.epochs" of a property.
std::string where_of(const Record& record) {
    const auto accessor = accessors().find(&record);
    const bool in_class = record.scope && PyType_Check(record.scope.ptr()) != 0;
    const std::string name = accessor == accessors().end() ? record.name : accessor->second;
    if (!in_class)
        return name;
    return name == "__init__" ? class_name(record) : class_name(record) + "." + name;
}

std::size_t hidden_arguments(const Record& record) {
    return record.is_method ? 1 : 0;
}

std::string names_of(const Call& call) {
    std::vector<std::string> names;
    for (std::size_t i = hidden_arguments(call.record); i < call.parameters.size(); ++i)
        names.push_back(call.parameters[i].name);
    return names.empty() ? "it takes none" : "it takes " + join_few(names, 16);
}

/// "; did you mean 'seed'?" where a parameter has a similar name.
std::string suggestion(const Call& call, const std::string& keyword) {
    py::list names;
    for (const SignatureParameter& one : call.parameters)
        names.append(one.name);
    const py::list close = python(PythonName::close_matches)(excerpt(keyword), names, 1, 0.6);
    return close.empty() ? "" : message("; did you mean '", close[0].cast<std::string>(), "'?");
}

bool takes(const Call& call, const char* stars) {
    const auto starred = [&](const SignatureParameter& one) {
        return one.name.starts_with(stars) && one.name.starts_with("**") == (stars[1] == '*');
    };
    return std::ranges::any_of(call.parameters, starred);
}

std::optional<std::string> wrong_keyword(const Call& call) {
    for (const auto& [keyword, value] : call.keywords) {
        const auto same = [&](const SignatureParameter& one) { return one.name == keyword; };
        const auto found = std::ranges::find_if(call.parameters, same);
        if (found == call.parameters.end() && !takes(call, "**"))
            return message("no argument is called '", excerpt(keyword), "'",
                           suggestion(call, keyword), " (", names_of(call), ")");
        const auto place = static_cast<std::size_t>(found - call.parameters.begin());
        if (place < call.positional.size() && !found->keyword_only)
            return message(keyword, " is given twice");
    }
    return std::nullopt;
}

std::optional<std::string> too_many(const Call& call) {
    const auto free = [](const SignatureParameter& one) {
        return !one.keyword_only && !one.name.starts_with('*');
    };
    const auto most = static_cast<std::size_t>(std::ranges::count_if(call.parameters, free));
    if (call.positional.size() <= most || takes(call, "*"))
        return std::nullopt;
    const std::size_t self = hidden_arguments(call.record);
    return message(call.positional.size() - self, " arguments without a name, at most ",
                   most - self, " expected (", names_of(call), ")");
}

std::optional<std::string> wrong_value(const Call& call, std::size_t place, py::handle value) {
    const SignatureParameter& one = call.parameters[place];
    const bool unnamed = one.name.starts_with("arg") && call.record.args.empty();
    const std::string name =
        unnamed ? message("argument ", place + 1 - hidden_arguments(call.record)) : one.name;
    if (!value) {
        if (one.has_default || one.name.starts_with('*'))
            return std::nullopt;
        return message(name, " is missing, ", type_words(one.type), " expected");
    }
    auto expected = misfit(value, one.type);
    const auto& records = call.record.args;
    if (!expected && value.is_none() && place < records.size() && !records[place].none)
        expected = type_words(one.type);
    if (!expected)
        return std::nullopt;
    return message(name, " is ", value_shown(value), ", ", *expected, " expected");
}

std::optional<std::string> wrong_values(const Call& call) {
    for (std::size_t place = 0; place < call.parameters.size(); ++place) {
        const SignatureParameter& one = call.parameters[place];
        py::handle value;
        if (!one.keyword_only && place < call.positional.size())
            value = call.positional[place];
        for (const auto& [keyword, given] : call.keywords)
            value = keyword == one.name ? given : value;
        if (auto wrong = wrong_value(call, place, value))
            return wrong;
    }
    return std::nullopt;
}

/// Where no single argument is surely wrong: all of them.
std::string all_values(const Call& call) {
    std::vector<std::string> given;
    for (std::size_t i = hidden_arguments(call.record); i < call.positional.size(); ++i)
        given.push_back(value_shown(call.positional[i]));
    for (const auto& [keyword, value] : call.keywords)
        given.push_back(keyword + " = " + value_shown(value));
    std::vector<std::string> wanted;
    for (std::size_t i = hidden_arguments(call.record); i < call.parameters.size(); ++i)
        wanted.push_back(call.parameters[i].name + ": " + type_words(call.parameters[i].type));
    return message("given ", join_few(given, 6), "; expected ", join_few(wanted, 6, "; "));
}

std::string what_is_wrong(const Call& call) {
    auto wrong = wrong_keyword(call);
    if (!wrong)
        wrong = too_many(call);
    if (!wrong)
        wrong = wrong_values(call);
    return excerpt(wrong ? *wrong : all_values(call), most_sentence);
}

/// The argument that an integer which a caster refused came from.
std::string holder_of(const Call& call, py::handle integer) {
    const auto holds = [&](py::handle value) {
        if (value.is(integer))
            return true;
        if (!PyList_CheckExact(value.ptr()) && !PyTuple_CheckExact(value.ptr()))
            return false;
        PyObject** items = PySequence_Fast_ITEMS(value.ptr());
        return std::find(items, items + PySequence_Fast_GET_SIZE(value.ptr()), integer.ptr()) !=
               items + PySequence_Fast_GET_SIZE(value.ptr());
    };
    for (std::size_t i = hidden_arguments(call.record); i < call.positional.size(); ++i) {
        if (i < call.parameters.size() && holds(call.positional[i]))
            return call.parameters[i].name;
    }
    for (const auto& [keyword, value] : call.keywords) {
        if (holds(value))
            return keyword;
    }
    return "";
}

/// Replaces the pending error where it is about the arguments of this very call.
void explain(const Record& record, PyObject* const* args, std::size_t count, PyObject* names) {
    const py::handle integer = std::exchange(refused_integer, nullptr);
    const bool incompatible = PyErr_Occurred() == PyExc_TypeError;
    if (!incompatible && !integer)
        return;
    const py::error_already_set pending;  // takes it
    const auto said = py::str(pending.value()).cast<std::string>();
    const bool own = said.starts_with(std::string(record.name) + "(): incompatible ") ||
                     said.starts_with("__init__(self, ...) called with");
    if (integer ? !said.starts_with(refused_integer_start) : !own) {
        PyErr_SetObject(pending.type().ptr(), pending.value().ptr());
        return;
    }
    const Call call = call_of(record, args, count, names);
    std::string text = where_of(record) + ": ";
    if (integer) {
        const std::string name = holder_of(call, integer);
        text += (name.empty() ? "" : name + ": ") + said;
    } else {
        text += what_is_wrong(call);
    }
    PyErr_SetString(python_error("ArgumentError").ptr(), text.c_str());
}

/// Raises for True or False in place of a number, also in lists and dicts: pybind11 takes it as 1
/// or 0.
bool refuse_truth_values(const Record& record, PyObject* const* args, std::size_t count,
                         PyObject* names) {
    const std::size_t named =
        names == nullptr ? 0 : static_cast<std::size_t>(PyTuple_GET_SIZE(names));
    const auto truth = [](PyObject* value) { return holds_truth_value(value); };
    if (record.next != nullptr || std::none_of(args, args + count + named, truth))
        return false;
    const Call call = call_of(record, args, count, names);
    const auto wrong = wrong_values(call);
    if (!wrong || wrong_keyword(call) || too_many(call))
        return false;
    const std::string text = where_of(record) + ": " + excerpt(*wrong, most_sentence);
    PyErr_SetString(python_error("ArgumentError").ptr(), text.c_str());
    return true;
}

PyObject* answer(PyObject* self, PyObject* const* args, std::size_t flags, PyObject* names) {
    try {
        const auto count = static_cast<std::size_t>(PyVectorcall_NARGS(flags));
        const auto* record = py::detail::function_record_ptr_from_PyObject(self);
        if (record != nullptr && refuse_truth_values(*record, args, count, names))
            return nullptr;
        PyObject* result = dispatcher(self, args, flags, names);
        if (result != nullptr)
            return result;
        if (record != nullptr)
            explain(*record, args, count, names);
    } catch (py::error_already_set& error) {
        error.restore();
    }
    return nullptr;
}

int refuse_call(PyObject* self, PyObject* /*args*/, PyObject* /*keywords*/) {
    const std::string whole = Py_TYPE(self)->tp_name;
    const std::string name = whole.substr(whole.rfind('.') + 1);
    const std::string text = name + ": made by latpred's functions, its class cannot be called";
    PyErr_SetString(python_error("ArgumentError").ptr(), text.c_str());
    return -1;
}

/// In the slot and in the type's dictionary: Python fills the slot from there whenever one of the
/// type's special methods is set.
void refuse_calls(PyTypeObject* type) {
    type->tp_init = &refuse_call;
    PyObject* own = PyDict_GetItemString(type->tp_dict, "__init__");
    if (own != nullptr && Py_IS_TYPE(own, &PyWrapperDescr_Type))
        reinterpret_cast<PyWrapperDescrObject*>(own)->d_wrapped =
            reinterpret_cast<void*>(&refuse_call);
}

}  // namespace

void explain_wrong_arguments(const py::module_& m) {
    const auto function = [](const BoundFunction& one) {
        PyMethodDef* method = one.record->def;
        if (!one.attribute.empty())
            accessors()[one.record] = one.attribute;
        if (method == nullptr || method->ml_flags != (METH_FASTCALL | METH_KEYWORDS))
            return;  // another pybind11, whose errors stay as they are
        const auto whole = reinterpret_cast<Fast>(reinterpret_cast<void (*)()>(method->ml_meth));
        if (whole == &answer)
            return;
        dispatcher = whole;
        method->ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&answer));
    };
    for_each_function(m, function, [](PyTypeObject* type) {
        if (type->tp_init == py::detail::pybind11_object_init)
            refuse_calls(type);
    });
}

}  // namespace latpred::bindings
