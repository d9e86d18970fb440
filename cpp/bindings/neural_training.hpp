// Trainings that Python runs epoch by epoch.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "bindings/training.hpp"
#include "neural/latency_rows.hpp"
#include "neural/network_fitter.hpp"
#include "predictors/predictor.hpp"

namespace latpred::bindings {

/// A training and what its model will say about itself.
template <class Training>
struct BoundTraining {
    Training training;
    ModelInfo info;
};

inline LatencyRows latency_rows_of(const Architectures& archs, const Array<double>& latency) {
    const std::span<const double> values = view(latency);
    return {archs, {values.begin(), values.end()}};
}

/// Runs epochs until none is left or `epochs` more are done; reports (done, total, text).
template <class Training>
void run_epochs(BoundTraining<Training>& bound, std::optional<std::size_t> epochs,
                std::size_t total, std::optional<py::function> progress) {
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    TrainingLoop& loop = bound.training.loop();
    for (std::size_t i = 0; !epochs || i < *epochs; ++i) {
        if (!bound.training.run_epoch(monitor))
            return;
        const EpochRecord& last = loop.history().back();
        char text[64];
        if (bound.training.validation_rows() > 0)
            std::snprintf(text, sizeof text, "validation MAE %.3f ms", last.mae);
        else
            std::snprintf(text, sizeof text, "training loss %.4g", last.train_loss);
        monitor.progress(loop.history().size(), total, text);
    }
}

/// What every training has, whatever it trains.
template <class Training>
void bind_training_run(py::class_<BoundTraining<Training>>& cls) {
    using Bound = BoundTraining<Training>;
    cls.def("run", &run_epochs<Training>, py::arg("epochs") = py::none(), py::kw_only(),
            py::arg("total") = 0, py::arg("progress") = py::none(),
            "Runs `epochs` more epochs, or all that are left. After Ctrl-C the state is that of "
            "the last whole epoch. Raises TrainingError.")
        .def(
            "model", [](Bound& b) { return b.training.model(b.info); }, Release(),
            "The predictor of the best (or last) epoch; the training is over then.")
        .def(
            "checkpoint", [](const Bound& b) { return py::bytes(b.training.loop().checkpoint()); },
            "The state as bytes; `restore` of a training of the same rows and settings goes on "
            "with the same result to the bit.")
        .def(
            "restore", [](Bound& b, const std::string& state) { b.training.loop().restore(state); },
            py::arg("state"), "Raises CorruptionError, ConfigError.")
        .def_property_readonly("history",
                               [](const Bound& b) { return history_of(b.training.loop()); })
        .def_property_readonly("best_epoch",
                               [](const Bound& b) { return b.training.loop().best_epoch(); })
        .def_property_readonly("stopped_early",
                               [](const Bound& b) { return b.training.loop().stopped_early(); })
        .def_property_readonly("finished",
                               [](const Bound& b) { return b.training.loop().finished(); })
        .def_property_readonly("rows", [](const Bound& b) { return b.training.rows(); })
        .def_property_readonly("validation_rows",
                               [](const Bound& b) { return b.training.validation_rows(); });
}

/// A training of a NetworkKind (network_fitter.hpp): rows, and those that judge its epochs if any.
template <class Kind>
std::unique_ptr<BoundTraining<typename Kind::Training>>
make_network_training(const Architectures& archs, const Array<double>& latency,
                      const std::optional<Architectures>& judged_archs,
                      const Array<double>& judged_latency, typename Kind::Settings settings,
                      const std::string& device) {
    const LatencyRows rows = latency_rows_of(archs, latency);
    std::optional<LatencyRows> judged;
    if (judged_archs)
        judged = latency_rows_of(*judged_archs, judged_latency);
    const Cancellable cancellable;
    ModelInfo info = fitted_info(Kind::name, archs, rows.latency, device);
    return std::unique_ptr<BoundTraining<typename Kind::Training>>(
        new BoundTraining<typename Kind::Training>{
            typename Kind::Training(rows, judged, std::move(settings)), std::move(info)});
}

/// Its class, and that of its fitter.
template <class Kind>
void bind_network_kind(py::module_& m, const char* training_name, const char* training_docs,
                       const char* fitter_name, const char* fitter_docs) {
    py::class_<NetworkFitter<Kind>, Fitter, std::shared_ptr<NetworkFitter<Kind>>>(m, fitter_name,
                                                                                  fitter_docs)
        .def(py::init<typename Kind::Settings>(), py::arg("settings"),
             "The seed is that of the fit, not of the settings.");
    py::class_<BoundTraining<typename Kind::Training>> training(m, training_name, training_docs);
    bind_training_run(training);
    training.def(py::init(&make_network_training<Kind>), py::arg("archs"), py::arg("latency"),
                 py::kw_only(), py::arg("validation_archs") = py::none(),
                 py::arg("validation_latency") = Array<double>(0), py::arg("settings"),
                 py::arg("device") = "");
}

}  // namespace latpred::bindings
