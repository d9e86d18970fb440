// C++ errors become the Python classes of the same name in latpred.errors.
#include <algorithm>
#include <array>

#include "base/bounded.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include "bindings/errors.hpp"
#include "bindings/python_names.hpp"

namespace latpred::bindings {
namespace {

/// A C++ error and its Python class.
struct Twin {
    const char* name;
    bool (*is)(const Error&);
    void (*throw_one)(const std::string&);
};

template <class E>
constexpr Twin twin(const char* name) {
    return {name, [](const Error& error) { return dynamic_cast<const E*>(&error) != nullptr; },
            [](const std::string& what) { throw E(what); }};
}

/// Most derived first; InfeasibleError, which has numbers, is apart.
constexpr std::array twins = {
    twin<ArchitectureError>("ArchitectureError"),
    twin<ConfigError>("ConfigError"),
    twin<NotFittedError>("NotFittedError"),
    twin<SchemaError>("SchemaError"),
    twin<DataError>("DataError"),
    twin<CorruptionError>("CorruptionError"),
    twin<ModelVersionError>("ModelVersionError"),
    twin<StorageError>("StorageError"),
    twin<LookupError>("LookupTableError"),
    twin<MeasurementError>("MeasurementError"),
    twin<TrainingError>("TrainingError"),
    twin<Cancelled>("Cancelled"),
};
constexpr const char* infeasible = "InfeasibleError";
constexpr const char* root = "LatpredError";

void raise(const char* name, const Error& error) {
    PyErr_SetString(python_error(name).ptr(), bounded(error.what()).c_str());
}

void raise_infeasible(const InfeasibleError& error) {
    py::dict minima;
    for (const auto& [name, least] : error.minima)
        minima[py::str(name)] = least;
    const py::object type = python_error(infeasible);
    const py::object value = type(bounded(error.what()), error.minimum, minima);
    PyErr_SetObject(type.ptr(), value.ptr());
}

/// For pybind11's "Unable to cast Python instance of type <class 'str'> to C++ type '?' (…)".
std::string cast_text(const std::string& said) {
    const std::size_t begin = said.find('<');
    const std::size_t end = said.find('>', begin);
    const std::string which =
        begin == std::string::npos || end == std::string::npos
            ? "a value"
            : "a value of " + excerpt(said.substr(begin, end - begin + 1), 100);
    return which + " cannot be used here, another kind expected";
}

void translate(std::exception_ptr pending) {
    try {
        std::rethrow_exception(std::move(pending));
    } catch (const InfeasibleError& error) {
        raise_infeasible(error);
    } catch (const Error& error) {
        const auto* const found =
            std::ranges::find_if(twins, [&](const Twin& one) { return one.is(error); });
        raise(found == twins.end() ? root : found->name, error);
    } catch (const py::cast_error& error) {
        raise("ArgumentError", Error(cast_text(error.what())));
    } catch (const std::bad_alloc&) {
        raise("ConfigError", Error("the work needs more memory than there is"));
    } catch (const std::length_error&) {
        raise("ConfigError", Error("a size is beyond what memory can hold"));
    }
}

}  // namespace

void throw_as_domain_error(const py::error_already_set& error) {
    if (!error.matches(python_error(root)))
        return;
    const auto what = py::str(error.value()).cast<std::string>();
    if (error.matches(python_error(infeasible)))
        throw InfeasibleError(what, error.value().attr("minimum_ms").cast<double>());
    for (const Twin& one : twins) {
        if (error.matches(python_error(one.name)))
            one.throw_one(what);
    }
    throw Error(what);
}

std::vector<std::pair<std::string, std::string>> python_names() {
    std::vector<std::pair<std::string, std::string>> names;
    for (const PythonTarget& target : python_targets)
        names.emplace_back(target.module, target.attribute);
    const std::string shown = place_class;
    names.emplace_back(shown.substr(0, shown.rfind('.')), shown.substr(shown.rfind('.') + 1));
    for (const Twin& one : twins)
        names.emplace_back(errors_module, one.name);
    names.emplace_back(errors_module, infeasible);
    names.emplace_back(errors_module, root);
    names.emplace_back(errors_module, "ArgumentError");
    return names;
}

void register_errors() {
    py::register_local_exception_translator(&translate);
}

}  // namespace latpred::bindings
