// Fitters: settings of predictors as objects.
#include "bindings/predictors_fitters.hpp"

#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "predictors/core_fitters.hpp"
#include "predictors/registry.hpp"

namespace latpred::bindings {
namespace {

using FittedModel = std::shared_ptr<Predictor>;

FittedModel fit_by(const Fitter& fitter, const Architectures& archs, const Array<double>& values,
                   std::uint64_t seed, int threads, MaybeProgress progress) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    return fitter.fit({archs, y}, {seed, threads, &monitor});
}

py::tuple fit_additive_whole(const AdditiveFitter& fitter, const Architectures& archs,
                             const Array<double>& values) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor{std::nullopt};
    AdditiveFitter::Result found;
    {
        const Cancellable cancellable;
        found = fitter.fit_whole({archs, y}, {.monitor = &monitor});
    }
    py::dict results;
    results["ridge"] = found.fit.ridge;
    results["noise"] = found.fit.noise;
    py::dict layers;
    for (std::size_t i = 0; i < found.fit.layers.size(); ++i)
        layers[py::str(found.fit.layers[i])] = found.fit.layer_shares[i];
    results["layers"] = layers;
    results["interactions"] = found.interactions.chosen;
    results["validation"] =
        py::make_tuple(found.interactions.error_without, found.interactions.error_with);
    results["row_weights"] = to_numpy(std::move(found.fit.row_weights));
    return py::make_tuple(found.model, results);
}

std::shared_ptr<AdditiveFitter> make_additive_fitter(bool robust, double huber, double ridge,
                                                     bool share_slots,
                                                     std::vector<std::string> ignore,
                                                     int evidence_rows,
                                                     std::vector<std::string> interactions) {
    return std::make_shared<AdditiveFitter>(AdditiveOptions{.robust = robust,
                                                            .huber = huber,
                                                            .ridge = ridge,
                                                            .share_slots = share_slots,
                                                            .ignore = std::move(ignore),
                                                            .evidence_rows = evidence_rows},
                                            std::move(interactions));
}

std::shared_ptr<GaussianProcessFitter> make_process_fitter(std::optional<FittedModel> source,
                                                           double huber, int evidence_rows,
                                                           int most_rows) {
    return std::make_shared<GaussianProcessFitter>(
        source.value_or(nullptr), GaussianProcessOptions{.huber = huber,
                                                         .evidence_rows = evidence_rows,
                                                         .most_rows = most_rows});
}

}  // namespace

void bind_fitters(py::module_& m) {
    py::class_<Fitter, SharedFitter>(m, "Fitter", "Settings that make a predictor from rows.")
        .def("fit", &fit_by, py::arg("archs"), py::arg("values"), py::kw_only(),
             py::arg("seed") = 0, py::arg("threads") = 1, py::arg("progress") = py::none(),
             "The model of N rows, in whichever order. Raises DataError; what its method raises.")
        .def_property_readonly("kind", &Fitter::kind)
        .def_property_readonly("settings", &Fitter::settings,
                               "JSON text for `fitter_from_settings`.");
    py::class_<FlopsFitter, Fitter, std::shared_ptr<FlopsFitter>>(m, "FlopsFitter",
                                                                  "Of FlopsPredictor.")
        .def(py::init<>());
    py::class_<AdditiveFitter, Fitter, std::shared_ptr<AdditiveFitter>>(m, "AdditiveFitter",
                                                                        "Of AdditivePredictor.")
        .def(py::init(&make_additive_fitter), py::kw_only(), py::arg("robust"), py::arg("huber"),
             py::arg("ridge"), py::arg("share_slots"), py::arg("ignore"), py::arg("evidence_rows"),
             py::arg("interactions"), "Settings of latpred.AdditivePredictor; ridge 0: chosen.")
        .def("fit_whole", &fit_additive_whole, py::arg("archs"), py::arg("values"),
             "(model, results). Raises DataError, ConfigError.");
    py::class_<GaussianProcessFitter, Fitter, std::shared_ptr<GaussianProcessFitter>>(
        m, "GaussianProcessFitter", "Of GaussianProcessPredictor.")
        .def(py::init(&make_process_fitter), py::kw_only(), py::arg("source"), py::arg("huber"),
             py::arg("evidence_rows"), py::arg("most_rows"),
             "Settings of latpred.GaussianProcessPredictor.");
    m.def(
        "accuracy_fitter",
        [](SharedFitter base) -> SharedFitter {
            return std::make_shared<AccuracyFitter>(std::move(base));
        },
        py::arg("base"), "Fits accuracies in percent. Its fits raise DataError for other values.");
    m.def(
        "check_percent", [](const Array<double>& values) { check_percent(view(values)); },
        py::arg("values"), "DataError unless they are accuracies in percent.");
    m.def(
        "seeded_fitter",
        [](SharedFitter base, std::uint64_t seed) -> SharedFitter {
            return std::make_shared<SeededFitter>(std::move(base), seed);
        },
        py::arg("base"), py::arg("seed"), "Adds `seed` to that of each fit.");
    m.def(
        "fitter_from_settings",
        [](const std::string& text) {
            return std::const_pointer_cast<Fitter>(fitter_from_settings(text));
        },
        py::arg("text"), "From `Fitter.settings`. Raises ConfigError; as `load_predictor`.");
    m.def("fitter_kinds", &fitter_kinds, "Names of the kinds of fitters that this build has.");
    bind_python_fitters(m);
    bind_hardware_models(m);
}

}  // namespace latpred::bindings
