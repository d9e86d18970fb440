// C++ errors become the Python classes of the same name in latpred.errors.
#include "base/error.hpp"

#include "bindings/bindings.hpp"

namespace latpred::bindings {
namespace {

void raise(const char* name, const Error& error) {
    const py::object type = py::module_::import("latpred.errors").attr(name);
    PyErr_SetString(type.ptr(), error.what());
}

void raise_infeasible(const InfeasibleError& error) {
    const py::object type = py::module_::import("latpred.errors").attr("InfeasibleError");
    py::dict minima;
    for (const auto& [name, least] : error.minima)
        minima[py::str(name)] = least;
    const py::object value = type(error.what(), error.minimum, minima);
    PyErr_SetObject(type.ptr(), value.ptr());
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

void register_errors() {
    py::register_local_exception_translator(&translate);
}

}  // namespace latpred::bindings
