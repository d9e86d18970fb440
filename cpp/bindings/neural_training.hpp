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

}  // namespace latpred::bindings
