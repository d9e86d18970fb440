#include "bindings/bindings.hpp"
#include "bindings/spaces.hpp"
#include "neural/mlp_objective.hpp"
#include "neural/registry.hpp"

namespace latpred::bindings {
namespace {

using Parts = std::vector<std::pair<Array<float>, Array<float>>>;

std::shared_ptr<Predictor> make_mlp(const std::shared_ptr<Space>& space, const Parts& parts,
                                    double scale, const std::string& unit, bool any_width,
                                    const std::map<std::string, std::string>& notes,
                                    const std::string& encoding) {
    std::vector<DenseLayer> layers;
    for (const auto& [weight, bias] : parts) {
        DenseLayer layer;
        layer.outputs = static_cast<std::size_t>(weight.ndim() == 2 ? weight.shape(0) : 0);
        layer.inputs = static_cast<std::size_t>(weight.ndim() == 2 ? weight.shape(1) : 0);
        layer.weight.assign(weight.data(), weight.data() + weight.size());
        layer.bias.assign(bias.data(), bias.data() + bias.size());
        layers.push_back(std::move(layer));
    }
    ModelInfo info;
    info.kind = "mlp";
    info.unit = unit;
    info.any_width = any_width;
    info.notes = notes;
    const Cancellable cancellable;
    return std::make_shared<MlpObjective>(space, std::move(info), std::move(layers), scale,
                                          encoding);
}

}  // namespace

void bind_block_sequence(py::module_& m);
void bind_device_networks(py::module_& m);
void bind_help(py::module_& m);
void bind_learned_encodings(py::module_& m);
void bind_mlp_tuning(py::module_& m);
void bind_frozen_features(py::module_& m);
void bind_graph_layers(py::module_& m);
void bind_graph_model(py::module_& m);
void bind_hardware(py::module_& m);
void bind_mlp_training(py::module_& m);
void bind_published_networks(py::module_& m);

void bind_neural(py::module_& m) {
    register_neural();
    bind_mlp_training(m);
    py::class_<MlpObjective, Predictor, std::shared_ptr<MlpObjective>>(
        m, "MlpObjective", "One-hot features through a multi-layer perceptron.")
        .def_property_readonly("encoding", &MlpObjective::encoding, "E.g. 'one-hot'.")
        .def_property_readonly("scale", &MlpObjective::scale, "Factor on the network's output.")
        .def_property_readonly(
            "sizes",
            [](const MlpObjective& mlp) {
                std::vector<std::size_t> sizes{mlp.network().inputs()};
                for (const DenseLayer& layer : mlp.network().layers())
                    sizes.push_back(layer.outputs);
                return sizes;
            },
            "Values in and out of each layer, e.g. [128, 400, 400, 400, 1].");
    m.def("make_mlp", &make_mlp, py::arg("space").none(false), py::arg("layers"), py::kw_only(),
          py::arg("scale"), py::arg("unit"), py::arg("any_width"), py::arg("notes"),
          py::arg("encoding") = "one-hot",
          "From (weight, bias) pairs. Raises ConfigError, DataError.");
    bind_mlp_tuning(m);
    bind_hardware(m);
    bind_frozen_features(m);
    bind_graph_layers(m);
    bind_block_sequence(m);
    bind_graph_model(m);
    bind_learned_encodings(m);
    bind_device_networks(m);
    bind_published_networks(m);
    bind_help(m);
}

}  // namespace latpred::bindings
