#include "neural/graph_settings.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "encodings/space_graphs.hpp"

namespace latpred {
namespace {

constexpr std::string_view convolution = "graph-conv";

/// Names here, and the stack's kinds with their options.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> graph_layer_kinds{{
    {"dense-graph-flow", R"("kind": "dgf", "gate": "nodes", "activation": "relu")"},
    {"attention", R"("kind": "gat", "gate": "nodes", "activation": "relu")"},
    {"gcn", R"("kind": "gcn", "normalise": "rows", "self_loops": true, "activation": "relu")"},
    {"gin", R"("kind": "gin", "activation": "relu")"},
    {"gru", R"("kind": "gru")"},
    {convolution, R"("kind": "gcn", "normalise": "none")"},
}};
constexpr std::array<std::string_view, 3> readout_kinds{"sum", "mean", "last"};
constexpr std::size_t most_units = 4096;
constexpr std::size_t most_graph_layers = 32;

template <class Names>
void check_name(const char* setting, const std::string& name, const Names& known) {
    if (std::ranges::find(known, name) == known.end()) {
        throw ConfigError(message("graph predictor: ", setting, " '", excerpt(name), "', one of ",
                                  join(known), " expected", did_you_mean(name, known)));
    }
}

void check_width(const char* setting, std::size_t width) {
    if (width == 0 || width > most_units) {
        throw ConfigError(message("graph predictor: ", setting, " ", width, ", from 1 to ",
                                  most_units, " units expected"));
    }
}

/// Layers act((sum over those that feed a node) A + x B) + x, the last one named "graph".
void add_convolutions(std::vector<std::string>& layers, const std::vector<std::size_t>& hidden,
                      std::string_view kind) {
    std::string before = "nodes";
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        const bool last = i + 1 == hidden.size();
        const bool kept = i > 0 && hidden[i] == hidden[i - 1];
        const std::string name = last ? "graph" : message("layer", i);
        const std::string step = kept ? message("step", i) : name;
        layers.push_back(message("{", kind, R"(, "name": "fed)", i, R"(", "from": ")", before,
                                 R"(", "width": )", hidden[i], "}"));
        layers.push_back(message(R"({"kind": "linear", "name": "own)", i, R"(", "from": ")", before,
                                 R"(", "width": )", hidden[i], "}"));
        layers.push_back(message(R"({"kind": "add", "name": ")", step, R"(", "from": ["fed)", i,
                                 R"(", "own)", i, R"("], "activation": "leaky-relu"})"));
        if (kept)
            layers.push_back(message(R"({"kind": "add", "name": ")", name, R"(", "from": [")", step,
                                     R"(", ")", before, R"("]})"));
        before = name;
    }
}

/// A perceptron of what is read out and of the costs, and for "sum" what single nodes add.
std::vector<std::string> convolution_layers(const GraphSettings& settings, std::string_view kind) {
    std::vector<std::string> layers;
    add_convolutions(layers, settings.hidden, kind);
    layers.push_back(message(R"({"kind": ")", settings.readout, R"(", "name": "pooled"})"));
    layers.emplace_back(R"({"kind": "concat", "from": ["pooled", "costs"]})");
    layers.push_back(message(R"({"kind": "mlp", "name": "head", "hidden": [)", settings.head,
                             R"(], "width": 1, "rate": )", settings.dropout, "}"));
    layers.emplace_back(
        R"({"kind": "linear", "name": "line", "from": "pooled", "width": 1, "bias": false})");
    layers.emplace_back(R"({"kind": "add", "from": ["head", "line"]})");
    return layers;
}

std::string described(const std::vector<std::string>& layers, std::size_t features,
                      std::size_t costs) {
    return message(R"({"inputs": {"nodes": )", features, R"(, "costs": )", costs,
                   R"(}, "layers": [)", join(layers), "]}");
}

std::vector<std::string_view> layer_names() {
    std::vector<std::string_view> names;
    for (const auto& [name, kind] : graph_layer_kinds)
        names.push_back(name);
    return names;
}

}  // namespace

void check_graph_settings(const GraphSettings& settings) {
    check_name("level", settings.level, graph_levels());
    check_name("layer", settings.layer, layer_names());
    check_name("readout", settings.readout, readout_kinds);
    if (settings.hidden.empty() || settings.hidden.size() > most_graph_layers) {
        throw ConfigError(message("graph predictor: ", settings.hidden.size(),
                                  " hidden layers, from 1 to ", most_graph_layers, " expected"));
    }
    for (const std::size_t width : settings.hidden)
        check_width("hidden", width);
    check_width("head", settings.head);
    if (!(settings.dropout >= 0 && settings.dropout < 1)) {
        throw ConfigError(
            message("graph predictor: dropout ", settings.dropout, ", from 0 to below 1 expected"));
    }
    check_loss(settings.loss);
}

std::string stack_of(const GraphSettings& settings, std::size_t features, std::size_t costs) {
    const auto kind = std::ranges::find(graph_layer_kinds, settings.layer,
                                        [](const auto& entry) { return entry.first; });
    if (settings.layer == convolution)
        return described(convolution_layers(settings, kind->second), features, costs);
    std::vector<std::string> layers;
    layers.push_back(message(R"({"kind": "linear", "name": "embedded", "from": "nodes", "width": )",
                             settings.hidden.front(), R"(, "activation": "relu"})"));
    for (const std::size_t width : settings.hidden)
        layers.push_back(message("{", kind->second, R"(, "width": )", width, "}"));
    layers.back().insert(1, R"("name": "graph", )");
    layers.emplace_back(
        R"({"kind": "concat", "name": "both", "from": ["embedded", "graph", "costs"]})");
    const std::string head =
        message(R"({"kind": "mlp", "name": "head", "hidden": [)", settings.head,
                R"(], "width": 1, "rate": )", settings.dropout, "}");
    const std::string readout = message(R"({"kind": ")", settings.readout, R"(", "name": "read"})");
    // What single nodes take adds up; what else is read out goes through the perceptron as a whole.
    const bool adds = settings.readout == "sum";
    layers.push_back(adds ? head : readout);
    layers.push_back(adds ? readout : head);
    layers.emplace_back(
        R"({"kind": "linear", "name": "line", "from": "costs", "width": 1, "bias": false})");
    layers.push_back(
        message(R"({"kind": "add", "from": [")", adds ? "read" : "head", R"(", "line"]})"));
    return described(layers, features, costs);
}

}  // namespace latpred
