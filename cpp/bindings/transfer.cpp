#include "bindings/transfer.hpp"

#include <optional>

#include "bindings/monitor.hpp"
#include "bindings/predictors_fitters.hpp"
#include "bindings/spaces.hpp"
#include "predictors/source_head.hpp"
#include "transfer/fine_tuning.hpp"
#include "transfer/registry.hpp"

namespace latpred::bindings {
namespace {

std::shared_ptr<FineTuneFitter> make_fine_tune_fitter(const std::shared_ptr<Predictor>& source,
                                                      const std::string& method, std::size_t epochs,
                                                      std::size_t batch_size, double learning_rate,
                                                      std::size_t patience,
                                                      double legacy_learning_rate,
                                                      std::size_t legacy_epochs) {
    FineTuneOptions options;
    options.method = method;
    options.network = {epochs, batch_size, learning_rate, patience};
    options.legacy = {legacy_epochs, batch_size, legacy_learning_rate, 0};
    return std::make_shared<FineTuneFitter>(source, std::move(options));
}

py::tuple fine_tune(const FineTuneFitter& fitter, const Architectures& archs,
                    const Array<double>& values, std::uint64_t seed, MaybeProgress progress) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor(std::move(progress));
    FineTuneFitter::Result result;
    {
        const Cancellable cancellable;
        result = fitter.fit_whole({archs, y}, {.seed = seed, .monitor = &monitor});
    }
    return py::make_tuple(result.model, result.method, result.errors);
}

}  // namespace

void bind_transfer(py::module_& m) {
    register_transfer();
    bind_judging(m);
    bind_legacy(m);
    bind_python_methods(m);
    bind_device_tables(m);
    py::class_<FineTuned, Predictor, std::shared_ptr<FineTuned>>(
        m, "FineTuned", "A model of one device that was moved to another.")
        .def_property_readonly(
            "model",
            [](const FineTuned& f) { return std::const_pointer_cast<Predictor>(f.model()); },
            "What predicts: Gaussian process, head or perceptron.")
        .def_property_readonly(
            "source",
            [](const FineTuned& f) { return std::const_pointer_cast<Predictor>(f.source()); },
            "The model it started from.");
    py::class_<SourceHead, Predictor, std::shared_ptr<SourceHead>>(
        m, "SourceHead", "A source model and a linear head.")
        .def_property_readonly("coefficients", [](const SourceHead& h) {
            const Eigen::VectorXd& c = h.coefficients();
            return to_numpy(std::vector<double>(c.begin(), c.end()));
        });
    py::class_<FineTuneFitter, Fitter, std::shared_ptr<FineTuneFitter>>(m, "FineTuneFitter",
                                                                        "Of FineTunedPredictor.")
        .def(py::init(&make_fine_tune_fitter), py::arg("source"), py::kw_only(), py::arg("method"),
             py::arg("epochs"), py::arg("batch_size"), py::arg("learning_rate"),
             py::arg("patience"), py::arg("legacy_learning_rate"), py::arg("legacy_epochs"),
             "Settings of latpred.FineTunedPredictor. Raises ConfigError.")
        .def("fit_whole", &fine_tune, py::arg("archs"), py::arg("values"), py::kw_only(),
             py::arg("seed"), py::arg("progress") = py::none(),
             "(model, method, cross-validated MAE by method). Raises DataError, SchemaError, "
             "TrainingError.");
    m.def(
        "fine_tuning_methods",
        [](const std::optional<std::shared_ptr<Predictor>>& source) {
            return source ? fine_tuning_methods(**source) : fine_tuning_methods();
        },
        py::arg("source") = py::none(), "Known methods, or those that the source allows.");
    bind_few_shot(m);
}

}  // namespace latpred::bindings
