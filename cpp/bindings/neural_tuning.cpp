// Layers of perceptrons, for the tests of fine-tuning.
#include "bindings/bindings.hpp"
#include "neural/mlp_tuning.hpp"

namespace latpred::bindings {
namespace {

py::list raw_layers_of(const MlpObjective& model) {
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

void bind_mlp_tuning(py::module_& m) {
    m.def("mlp_layers", &raw_layers_of, py::arg("model"),
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
