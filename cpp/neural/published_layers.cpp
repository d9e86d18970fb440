#include "neural/published_layers.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using LayerTexts = std::vector<std::string>;

std::string quoted(const std::vector<std::string>& names) {
    return message(R"([")", join(names, R"(", ")"), R"("])");
}

std::string stack_text(InputWidths inputs, bool device, bool global_node,
                       const LayerTexts& layers) {
    if (device)
        inputs["device"] = 1;
    std::vector<std::string> widths;
    for (const auto& [name, width] : inputs)
        widths.push_back(message('"', name, R"(": )", width));
    return message(R"({"inputs": {)", join(widths), R"(}, "global_node": )",
                   global_node ? "true" : "false", R"(, "layers": [)", join(layers), "]}");
}

/// Eight learned numbers of each device, "hardware"; nothing of none.
void add_hardware(LayerTexts& layers, std::vector<std::string>& joined, std::size_t devices) {
    constexpr int width = 8;
    if (devices == 0)
        return;
    layers.push_back(message(R"({"kind": "embedding", "name": "hardware", "from": "device", )",
                             R"("count": )", devices, R"(, "width": )", width, "}"));
    joined.emplace_back("hardware");
}

void add_joined(LayerTexts& layers, const std::vector<std::string>& joined) {
    layers.push_back(
        message(R"({"kind": "concat", "name": "joined", "from": )", quoted(joined), "}"));
}

bool has(const InputWidths& inputs, const char* name) {
    return inputs.contains(name);
}

/// "arch": 30 numbers of the network.
void add_multipredict_body(LayerTexts& layers, const InputWidths& inputs) {
    constexpr int convolutions = 4;
    if (!has(inputs, "nodes")) {
        std::vector<std::string> read;
        for (const char* name : {"choices", "features"}) {
            if (has(inputs, name))
                read.emplace_back(name);
        }
        if (read.empty())
            throw ConfigError("MultiPredict: an input 'nodes', 'choices' or 'features' expected");
        layers.push_back(
            message(R"({"kind": "concat", "name": "vector", "from": )", quoted(read), "}"));
        layers.emplace_back(
            R"({"kind": "mlp", "name": "arch", "hidden": [100, 100], "width": 30})");
        return;
    }
    for (int i = 0; i < convolutions; ++i)
        layers.push_back(message(R"({"kind": "gcn", "name": "gcn)", i,
                                 R"(", "width": 200, "self_loops": true, "activation": "relu")",
                                 i == 0 ? R"(, "from": "nodes"})" : "}"));
    layers.emplace_back(R"({"kind": "last", "name": "read"})");
    layers.emplace_back(R"({"kind": "mlp", "name": "arch", "hidden": [200], "width": 30})");
}

}  // namespace

std::string multipredict_layers(const InputWidths& inputs, std::size_t devices) {
    const bool graphs = has(inputs, "nodes");
    LayerTexts layers;
    add_multipredict_body(layers, inputs);
    std::vector<std::string> joined{"arch"};
    add_hardware(layers, joined, devices);
    for (const char* name : {"features", "costs"}) {
        if (graphs && has(inputs, name))
            joined.emplace_back(name);
    }
    add_joined(layers, joined);
    layers.emplace_back(
        R"({"kind": "linear", "name": "wide", "width": 1000, "activation": "relu"})");
    layers.emplace_back(
        R"({"kind": "linear", "name": "latency", "width": 1, "activation": "sigmoid"})");
    return stack_text(inputs, devices > 0, graphs, layers);
}

std::string brp_nas_layers(const InputWidths& inputs, const std::vector<std::size_t>& hidden,
                           double dropout, bool global_node) {
    LayerTexts layers;
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        layers.push_back(message(R"({"kind": "gcn", "name": "gcn)", i, R"(", "width": )", hidden[i],
                                 R"(, "self_loops": true)",
                                 i == 0 ? R"(, "from": "nodes"})" : "}"));
        layers.push_back(
            message(R"({"kind": "layer_norm", "name": "norm)", i, R"(", "activation": "relu"})"));
        layers.push_back(
            message(R"({"kind": "dropout", "name": "dropped)", i, R"(", "rate": )", dropout, "}"));
    }
    layers.emplace_back(R"({"kind": "last", "name": "read"})");
    std::vector<std::string> joined{"read"};
    for (const char* name : {"costs", "features"}) {
        if (has(inputs, name))
            joined.emplace_back(name);
    }
    add_joined(layers, joined);
    layers.emplace_back(R"({"kind": "linear", "name": "latency", "width": 1})");
    return stack_text(inputs, false, global_node, layers);
}

std::string batch_norm_layers(const InputWidths& inputs, const std::vector<std::size_t>& hidden,
                              std::size_t devices) {
    if (has(inputs, "nodes"))
        throw ConfigError("perceptron with batch norm: numbers of whole networks expected");
    LayerTexts layers;
    std::vector<std::string> joined;
    for (const auto& [name, width] : inputs)
        joined.push_back(name);
    add_hardware(layers, joined, devices);
    add_joined(layers, joined);
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        layers.push_back(
            message(R"({"kind": "linear", "name": "linear)", i, R"(", "width": )", hidden[i], "}"));
        layers.push_back(
            message(R"({"kind": "batch_norm", "name": "norm)", i, R"(", "activation": "relu"})"));
    }
    layers.emplace_back(R"({"kind": "linear", "name": "latency", "width": 1})");
    return stack_text(inputs, devices > 0, false, layers);
}

}  // namespace latpred
