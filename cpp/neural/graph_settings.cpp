#include "neural/graph_settings.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "encodings/space_graphs.hpp"

namespace latpred {
namespace {

/// Names here, and the stack's kinds with their options.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> graph_layer_kinds{{
    {"dense-graph-flow", R"("kind": "dgf", "gate": "nodes", "activation": "relu")"},
    {"attention", R"("kind": "gat", "gate": "nodes", "activation": "relu")"},
    {"gcn", R"("kind": "gcn", "normalise": "rows", "self_loops": true, "activation": "relu")"},
    {"gin", R"("kind": "gin", "activation": "relu")"},
    {"gru", R"("kind": "gru")"},
}};
constexpr std::array<std::string_view, 3> readout_kinds{"sum", "mean", "last"};
constexpr std::size_t most_units = 4096;
constexpr std::size_t most_graph_layers = 32;

template <class Names>
void check_name(const char* setting, const std::string& name, const Names& known) {
    if (std::ranges::find(known, name) == known.end()) {
        throw ConfigError(message("graph predictor: ", setting, " '", excerpt(name), "', one of ",
                                  join(known), " expected"));
    }
}

void check_width(const char* setting, std::size_t width) {
    if (width == 0 || width > most_units) {
        throw ConfigError(message("graph predictor: ", setting, " ", width, ", from 1 to ",
                                  most_units, " units expected"));
    }
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
    return message(R"({"inputs": {"nodes": )", features, R"(, "costs": )", costs,
                   R"(}, "layers": [)", join(layers), "]}");
}

}  // namespace latpred
