// C++ errors become the Python classes of the same name in latpred.errors.
#include "base/bounded.hpp"
#include "base/error.hpp"

#include "bindings/errors.hpp"

namespace latpred::bindings {
namespace {

void raise(const char* name, const Error& error) {
    const py::object type = py::module_::import("latpred.errors").attr(name);
    PyErr_SetString(type.ptr(), bounded(error.what()).c_str());
}

void raise_infeasible(const InfeasibleError& error) {
    const py::object type = py::module_::import("latpred.errors").attr("InfeasibleError");
    py::dict minima;
    for (const auto& [name, least] : error.minima)
        minima[py::str(name)] = least;
    const py::object value = type(bounded(error.what()), error.minimum, minima);
    PyErr_SetObject(type.ptr(), value.ptr());
}

template <class E>
[[noreturn]] void throw_error(const std::string& what) {
    throw E(what);
}

/// Most derived first.
void translate(std::exception_ptr pending) {
    try {
        std::rethrow_exception(std::move(pending));
    } catch (const ArchitectureError& e) {
        raise("ArchitectureError", e);
    } catch (const ConfigError& e) {
        raise("ConfigError", e);
    } catch (const DataError& e) {
        raise("DataError", e);
    } catch (const NotFittedError& e) {
        raise("NotFittedError", e);
    } catch (const SchemaError& e) {
        raise("SchemaError", e);
    } catch (const CorruptionError& e) {
        raise("CorruptionError", e);
    } catch (const ModelVersionError& e) {
        raise("ModelVersionError", e);
    } catch (const StorageError& e) {
        raise("StorageError", e);
    } catch (const LookupError& e) {
        raise("LookupTableError", e);
    } catch (const MeasurementError& e) {
        raise("MeasurementError", e);
    } catch (const TrainingError& e) {
        raise("TrainingError", e);
    } catch (const InfeasibleError& e) {
        raise_infeasible(e);
    } catch (const Cancelled& e) {
        raise("Cancelled", e);
    } catch (const Error& e) {
        raise("LatpredError", e);
    }
}

}  // namespace

void throw_as_domain_error(const py::error_already_set& error) {
    const py::module_ errors = py::module_::import("latpred.errors");
    if (!error.matches(errors.attr("LatpredError")))
        return;
    const auto what = py::str(error.value()).cast<std::string>();
    if (error.matches(errors.attr("InfeasibleError")))
        throw InfeasibleError(what, error.value().attr("minimum_ms").cast<double>());
    // Most derived first.
    static constexpr std::pair<const char*, void (*)(const std::string&)> known[] = {
        {"ArchitectureError", &throw_error<ArchitectureError>},
        {"ConfigError", &throw_error<ConfigError>},
        {"NotFittedError", &throw_error<NotFittedError>},
        {"SchemaError", &throw_error<SchemaError>},
        {"DataError", &throw_error<DataError>},
        {"CorruptionError", &throw_error<CorruptionError>},
        {"ModelVersionError", &throw_error<ModelVersionError>},
        {"StorageError", &throw_error<StorageError>},
        {"LookupTableError", &throw_error<LookupError>},
        {"MeasurementError", &throw_error<MeasurementError>},
        {"TrainingError", &throw_error<TrainingError>},
        {"Cancelled", &throw_error<Cancelled>},
    };
    for (const auto& [name, raise_it] : known) {
        if (error.matches(errors.attr(name)))
            raise_it(what);
    }
    throw Error(what);
}

void register_errors() {
    py::register_local_exception_translator(&translate);
}

}  // namespace latpred::bindings
