#include <cstdio>
#include <optional>

#include "base/dense_kernels.hpp"
#include "bindings/monitor.hpp"
#include "bindings/neural_layers.hpp"
#include "bindings/spaces.hpp"
#include "bindings/training.hpp"
#include "neural/mlp_fitter.hpp"
#include "neural/mlp_training.hpp"
#include "predictors/predictor.hpp"

namespace latpred::bindings {
namespace {

/// A training and what its model will say about itself.
struct BoundTraining {
    MlpTraining training;
    ModelInfo info;
};

LatencyRows rows_of(const Architectures& archs, const Array<double>& latency) {
    const std::span<const double> values = view(latency);
    return {archs, {values.begin(), values.end()}};
}

std::unique_ptr<BoundTraining> make_training(const Architectures& archs,
                                             const Array<double>& latency,
                                             const std::optional<Architectures>& validation_archs,
                                             const Array<double>& validation_latency,
                                             MlpSettings settings, const std::string& device) {
    const LatencyRows rows = rows_of(archs, latency);
    std::optional<LatencyRows> validation;
    if (validation_archs)
        validation = rows_of(*validation_archs, validation_latency);
    PythonMonitor monitor({});
    const Cancellable cancellable;
    ModelInfo info = fitted_info("mlp", archs, rows.latency, device);
    return std::unique_ptr<BoundTraining>(new BoundTraining{
        MlpTraining(rows, validation, std::move(settings), monitor), std::move(info)});
}

/// Runs epochs until none is left or `epochs` more are done; reports (done, total, text).
void run_epochs(BoundTraining& bound, std::optional<std::size_t> epochs, std::size_t total,
                std::optional<py::function> progress) {
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

void bind_mlp_settings(py::module_& m) {
    py::class_<MlpSettings>(m, "MlpSettings", "See latpred.MlpPredictor.")
        .def(py::init([](std::vector<std::size_t> hidden, std::string encoding,
                         const LossSettings& loss, const OptimizerSettings& optimizer,
                         const ScheduleSettings& schedule, const LoopSettings& loop,
                         bool scale_target, double validation_share) {
                 return MlpSettings{
                     std::move(hidden), std::move(encoding), loss, optimizer, schedule, loop,
                     scale_target,      validation_share};
             }),
             py::kw_only(), py::arg("hidden"), py::arg("encoding"), py::arg("loss"),
             py::arg("optimizer"), py::arg("schedule"), py::arg("loop"), py::arg("scale_target"),
             py::arg("validation_share"));
}

}  // namespace

void bind_mlp_training(py::module_& m) {
    bind_mlp_settings(m);
    py::class_<MlpFitter, Fitter, std::shared_ptr<MlpFitter>>(m, "MlpFitter", "Of MlpPredictor.")
        .def(py::init<MlpSettings>(), py::arg("settings"),
             "The seed is that of the fit, not of the settings.");
    py::class_<BoundTraining>(m, "MlpTraining", "A training of latpred.MlpPredictor, by epochs.")
        .def(py::init(&make_training), py::arg("archs"), py::arg("latency"), py::kw_only(),
             py::arg("validation_archs") = py::none(),
             py::arg("validation_latency") = Array<double>(0), py::arg("settings"),
             py::arg("device") = "")
        .def("run", &run_epochs, py::arg("epochs") = py::none(), py::kw_only(),
             py::arg("total") = 0, py::arg("progress") = py::none(),
             "Runs `epochs` more epochs, or all that are left. After Ctrl-C the state is that of "
             "the last whole epoch. Raises TrainingError.")
        .def(
            "model", [](BoundTraining& b) { return b.training.model(b.info); }, Release(),
            "The predictor of the best (or last) epoch; the training is over then.")
        .def(
            "checkpoint",
            [](const BoundTraining& b) { return py::bytes(b.training.loop().checkpoint()); },
            "The state as bytes; `restore` of a training of the same rows and settings goes on "
            "with the same result to the bit.")
        .def(
            "restore",
            [](BoundTraining& b, const std::string& state) { b.training.loop().restore(state); },
            py::arg("state"), "Raises CorruptionError, ConfigError.")
        .def_property_readonly("history",
                               [](const BoundTraining& b) { return history_of(b.training.loop()); })
        .def_property_readonly(
            "best_epoch", [](const BoundTraining& b) { return b.training.loop().best_epoch(); })
        .def_property_readonly(
            "stopped_early",
            [](const BoundTraining& b) { return b.training.loop().stopped_early(); })
        .def_property_readonly("finished",
                               [](const BoundTraining& b) { return b.training.loop().finished(); })
        .def_property_readonly("rows", [](const BoundTraining& b) { return b.training.rows(); })
        .def_property_readonly("validation_rows",
                               [](const BoundTraining& b) { return b.training.validation_rows(); })
        .def_property_readonly(
            "layers", [](const BoundTraining& b) { return as_arrays(b.training.layers()); },
            "(weight, bias) of each layer, for standardised inputs and scaled targets.")
        .def(
            "gradients",
            [](BoundTraining& b, const std::vector<std::uint32_t>& rows) {
                std::vector<DenseLayer> gradients;
                const double loss = b.training.gradients_of(rows, gradients);
                return py::make_tuple(loss, as_arrays(std::move(gradients)));
            },
            py::arg("rows"), "(loss, gradients as `layers`) of one minibatch.");
}

}  // namespace latpred::bindings
