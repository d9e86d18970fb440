#include <optional>

#include "base/rng.hpp"
#include "bindings/monitor.hpp"
#include "bindings/spaces.hpp"
#include "neural/fine_tuning.hpp"
#include "predictors/model_file.hpp"
#include "predictors/source_head.hpp"

namespace latpred::bindings {
namespace {

py::tuple fit(const Architectures& archs, const Array<double>& values,
              const std::shared_ptr<Predictor>& source, const std::string& method,
              std::uint64_t seed, std::size_t epochs, std::size_t batch_size, double learning_rate,
              std::size_t patience, double legacy_learning_rate, std::size_t legacy_epochs,
              const std::string& device, std::optional<py::function> progress) {
    const std::span<const double> y = view(values);
    PythonMonitor monitor(std::move(progress));
    FineTuneResult result;
    {
        const py::gil_scoped_release release;
        const ModelInfo info = fitted_info("fine-tuned", archs, y, device);
        FineTuneOptions options;
        options.method = method;
        options.seed = seed;
        options.network = {epochs, batch_size, learning_rate, patience, seed};
        options.legacy = {legacy_epochs, batch_size, legacy_learning_rate, 0, seed};
        result = fine_tune(archs, y, source, options, info, monitor);
    }
    return py::make_tuple(result.model, result.method, result.errors);
}

std::vector<std::size_t> permutation(std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i)
        order[i] = i;
    Rng(seed, "fine-tuning curve").shuffle(std::span(order));
    return order;
}

py::list layers_of(const MlpObjective& model) {
    py::list all;
    for (const DenseLayer& layer : model.network().layers()) {
        std::vector<float> weight = layer.weight;
        std::vector<float> bias = layer.bias;
        all.append(
            py::make_tuple(to_numpy(std::move(weight), {static_cast<py::ssize_t>(layer.outputs),
                                                        static_cast<py::ssize_t>(layer.inputs)}),
                           to_numpy(std::move(bias))));
    }
    return all;
}

}  // namespace

void bind_fine_tuning(py::module_& m) {
    register_predictor("fine-tuned", &load_fine_tuned);
    register_predictor("source-head", &load_source_head);
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
    m.def("fine_tune", &fit, py::arg("archs"), py::arg("values"), py::arg("source"), py::kw_only(),
          py::arg("method"), py::arg("seed"), py::arg("epochs"), py::arg("batch_size"),
          py::arg("learning_rate"), py::arg("patience"), py::arg("legacy_learning_rate"),
          py::arg("legacy_epochs"), py::arg("device"), py::arg("progress") = py::none(),
          "(model, method, cross-validated MAE by method). Raises DataError, SchemaError, "
          "ConfigError, TrainingError.");
    m.def("fine_tuning_methods", &fine_tuning_methods, "Known methods.");
    m.def("permutation", &permutation, py::arg("count"), py::arg("seed"),
          "An order of `count` rows.");
    m.def("mlp_layers", &layers_of, py::arg("model"),
          "(weight, bias) of each layer, over raw features.");
    m.def(
        "legacy_start",
        [](std::size_t inputs, std::uint64_t seed) {
            DenseLayer layer = legacy_start(inputs, seed);
            return py::make_tuple(to_numpy(std::move(layer.weight)), layer.bias.front());
        },
        py::arg("inputs"), py::arg("seed"), "(weights, bias) that 'legacy' starts from.");
}

}  // namespace latpred::bindings
