#include <optional>

#include "base/dense_kernels.hpp"
#include "bindings/neural_layers.hpp"
#include "bindings/neural_training.hpp"
#include "neural/mlp_fitter.hpp"
#include "neural/mlp_training.hpp"

namespace latpred::bindings {
namespace {

using BoundMlp = BoundTraining<MlpTraining>;

std::unique_ptr<BoundMlp> make_training(const Architectures& archs, const Array<double>& latency,
                                        const std::optional<Architectures>& validation_archs,
                                        const Array<double>& validation_latency,
                                        MlpSettings settings, const std::string& device) {
    const LatencyRows rows = latency_rows_of(archs, latency);
    std::optional<LatencyRows> validation;
    if (validation_archs)
        validation = latency_rows_of(*validation_archs, validation_latency);
    PythonMonitor monitor({});
    const Cancellable cancellable;
    ModelInfo info = fitted_info("mlp", archs, rows.latency, device);
    return std::unique_ptr<BoundMlp>(
        new BoundMlp{MlpTraining(rows, validation, std::move(settings), monitor), std::move(info)});
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
    py::class_<BoundMlp> cls(m, "MlpTraining", "A training of latpred.MlpPredictor, by epochs.");
    bind_training_run(cls);
    cls.def(py::init(&make_training), py::arg("archs"), py::arg("latency"), py::kw_only(),
            py::arg("validation_archs") = py::none(),
            py::arg("validation_latency") = Array<double>(0), py::arg("settings"),
            py::arg("device") = "")
        .def_property_readonly(
            "layers", [](const BoundMlp& b) { return as_arrays(b.training.layers()); },
            "(weight, bias) of each layer, for standardised inputs and scaled targets.")
        .def(
            "gradients",
            [](BoundMlp& b, const std::vector<std::uint32_t>& rows) {
                std::vector<DenseLayer> gradients;
                const double loss = b.training.gradients_of(rows, gradients);
                return py::make_tuple(loss, as_arrays(std::move(gradients)));
            },
            py::arg("rows"), "(loss, gradients as `layers`) of one minibatch.");
}

}  // namespace latpred::bindings
