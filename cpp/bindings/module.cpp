// The extension module: one submodule a room.
#include "bindings/base_arguments.hpp"
#include "bindings/base_self_argument.hpp"
#include "bindings/bindings.hpp"
#include "bindings/pickles.hpp"
#include "bindings/selection.hpp"
#include "bindings/transfer.hpp"

PYBIND11_MODULE(_core, m) {
    using namespace latpred::bindings;
    m.doc() = "latpred's compiled core; use it through the package latpred.";
    m.attr("__version__") = LATPRED_VERSION;
#ifdef NDEBUG
    constexpr bool debug = false;
#else
    constexpr bool debug = true;
#endif
#ifdef LATPRED_TORCH_VERSION
    const py::object torch = py::str(LATPRED_TORCH_VERSION);
#else
    const py::object torch = py::none();
#endif
    m.attr("build") = py::dict(py::arg("compiler") = __VERSION__, py::arg("debug") = debug,
                               py::arg("torch") = torch);
    register_errors();
    const auto room = [&m](const char* name, void (*bind)(py::module_&)) {
        py::module_ sub = m.def_submodule(name);
        bind(sub);
    };
    room("measurement", bind_measurement);
    room("graphs", bind_graphs);
    room("kernels", bind_kernels);
    room("spaces", bind_spaces);
    bind_exports();
    room("encodings", bind_encodings);
    room("metrics", bind_metrics);
    room("datasets", bind_datasets);
    room("sampling", bind_sampling);
    room("base", bind_base);
    room("tuning", bind_tuning);
    room("searching", bind_searching);
    room("predictors", bind_predictors);
    room("selection", bind_selection);
    room("transfer", bind_transfer);
    room("profiling", bind_profiling);
    room("guided", bind_guided);
    room("device_generic", bind_device_generic);
#ifdef LATPRED_TORCH
    room("training", bind_training);
    room("networks", bind_networks);
    room("neural", bind_neural);
#endif
    refuse_other_pickles(m);
    refuse_none_as_self(m);
    explain_wrong_arguments(m);
}
