#include "neural/layer_tensors.hpp"

#include <string>

namespace latpred {
namespace {

std::string part_name(std::size_t layer, const char* part) {
    return "layer" + std::to_string(layer) + "." + part;
}

std::vector<double> as_doubles(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

std::vector<float> as_floats(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

}  // namespace

void store_layers(TensorFile& file, const std::vector<DenseLayer>& layers) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        file.put(part_name(i, "weight"), as_doubles(layers[i].weight));
        file.put(part_name(i, "bias"), as_doubles(layers[i].bias));
    }
}

std::vector<DenseLayer> load_layers(const TensorFile& file) {
    std::vector<DenseLayer> layers;
    while (file.tensors.contains(part_name(layers.size(), "weight"))) {
        DenseLayer layer;
        layer.weight = as_floats(file.doubles(part_name(layers.size(), "weight")));
        layer.bias = as_floats(file.doubles(part_name(layers.size(), "bias")));
        layer.outputs = layer.bias.size();
        layer.inputs = layer.outputs == 0 ? 0 : layer.weight.size() / layer.outputs;
        layers.push_back(std::move(layer));
    }
    return layers;
}

}  // namespace latpred
