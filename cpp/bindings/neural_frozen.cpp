#include "bindings/bindings.hpp"
#include "bindings/neural_layers.hpp"
#include "neural/frozen_features_fitter.hpp"
#include "neural/mlp_network.hpp"

namespace latpred::bindings {
namespace {

/// The whole network as a fit of that seed starts from it.
py::list first_layers(std::size_t inputs, const std::vector<std::size_t>& body, std::size_t head,
                      std::uint64_t seed) {
    std::vector<DenseLayer> layers;
    std::size_t before = inputs;
    for (std::size_t i = 0; i < body.size(); before = body[i++])
        layers.push_back(drawn_layer(before, body[i], seed, i));
    for (DenseLayer& layer : first_head({.body = body, .head = head}, seed))
        layers.push_back(std::move(layer));
    return as_arrays(std::move(layers));
}

}  // namespace

void bind_frozen_features(py::module_& m) {
    py::class_<FrozenFeaturesFitter, Fitter, std::shared_ptr<FrozenFeaturesFitter>>(
        m, "FrozenFeaturesFitter", "Of FrozenFeaturesPredictor.")
        .def(py::init([](std::vector<std::size_t> body, std::size_t head, bool standardise,
                         double divisor, std::size_t epochs, double learning_rate) {
                 return std::make_shared<FrozenFeaturesFitter>(FrozenSettings{
                     std::move(body), head, standardise, divisor, epochs, learning_rate});
             }),
             py::kw_only(), py::arg("body"), py::arg("head"), py::arg("standardise"),
             py::arg("divisor"), py::arg("epochs"), py::arg("learning_rate"),
             "Settings of latpred.FrozenFeaturesPredictor. The seed is that of the "
             "fit.");
    py::class_<FrozenFeatures, Predictor, std::shared_ptr<FrozenFeatures>>(
        m, "FrozenFeatures", "Random features of the genes, and a head that was fitted to them.")
        .def_property_readonly(
            "head", [](const FrozenFeatures& model) { return as_arrays(model.head()); },
            "(weight, bias) of the layers that were trained.")
        .def_property_readonly(
            "means", [](const FrozenFeatures& model) { return model.scaling().means(); },
            "Taken off the numbers of the genes.")
        .def_property_readonly(
            "factors", [](const FrozenFeatures& model) { return model.scaling().factors(); },
            "What they are multiplied with then.")
        .def_property_readonly("divisor", &FrozenFeatures::divisor, "Factor on the output.");
    m.def("first_frozen_layers", &first_layers, py::arg("inputs"), py::kw_only(), py::arg("body"),
          py::arg("head"), py::arg("seed"),
          "(weight, bias) of each layer, frozen ones first, as a fit of that seed starts.");
}

}  // namespace latpred::bindings
