#include "neural/layer_spec.hpp"

#include <algorithm>
#include <set>

#include "base/names.hpp"
#include "spaces/json_fields.hpp"

namespace latpred {
namespace {

constexpr int widest_layer = 1 << 16;
constexpr int most_ids = 1 << 24;  // what a float counts without gaps
constexpr std::size_t most_stack_layers = 1000;
constexpr JsonLimits stack_limits{.bytes = std::size_t{1} << 20, .depth = 8};

template <class T>
bool any_value(const T& /*value*/) {
    return true;
}

bool is_width(const int& value) {
    return value >= 1 && value <= widest_layer;
}

void read_width(JsonFields& fields, const char* key, int& target, int most = widest_layer) {
    fields.read<int>(key, target, message("a whole number from 1 to ", most),
                     [most](const int& v) { return v >= 1 && v <= most; });
}

void read_widths(JsonFields& fields, const char* key, std::vector<int>& target) {
    fields.read<std::vector<int>>(
        key, target, message("widths from 1 to ", widest_layer),
        [](const auto& all) { return std::ranges::all_of(all, is_width); });
}

void read_flag(JsonFields& fields, const char* key, bool& target) {
    fields.read<bool>(key, target, "true or false", any_value<bool>);
}

void read_choice(JsonFields& fields, const char* key, std::string& target,
                 const std::vector<std::string>& choices) {
    fields.read<std::string>(key, target, join(choices, " or "), [&](const std::string& given) {
        return std::ranges::find(choices, given) != choices.end();
    });
}

void read_text(JsonFields& fields, const char* key, std::string& target) {
    fields.read<std::string>(key, target, "a name of 1 to 100 bytes", [](const std::string& given) {
        return !given.empty() && given.size() <= 100;
    });
}

void read_share(JsonFields& fields, const char* key, double& target) {
    fields.read<double>(key, target, "a number from 0 to below 1",
                        [](const double& v) { return v >= 0 && v < 1; });
}

void read_columns(JsonFields& fields, LayerSpec& spec) {
    fields.read<std::vector<int>>(
        "columns", spec.columns, "numbers of columns, from 0", [](const std::vector<int>& all) {
            return !all.empty() && std::ranges::all_of(all, [](int c) { return c >= 0; });
        });
}

void read_from(JsonFields& fields, LayerSpec& spec) {
    const nlohmann::json* given = fields.child("from");
    if (given != nullptr && given->is_string()) {
        spec.from = {given->get<std::string>()};
        return;
    }
    fields.read<std::vector<std::string>>("from", spec.from, "names of inputs or earlier layers",
                                          [](const auto& all) { return !all.empty(); });
}

const std::vector<std::string> initials{"block-profiling", "pytorch"};
const std::vector<std::string> end_choices{"keep", "learned", "zero"};

using OptionReader = void (*)(JsonFields&, LayerSpec&);

void read_activation(JsonFields& f, LayerSpec& s) {
    read_choice(f, "activation", s.activation,
                {"leaky-relu", "none", "relu", "sigmoid", "softplus", "tanh"});
    f.read<double>("slope", s.slope, "a number from 0 to 1",
                   [](const double& v) { return v >= 0 && v <= 1; });
}

void read_batch_norm(JsonFields& f, LayerSpec& s) {
    read_activation(f, s);
    f.read<double>("momentum", s.momentum, "a number above 0, to 1",
                   [](const double& v) { return v > 0 && v <= 1; });
    f.read<double>("epsilon", s.epsilon, "a number from 1e-12 to 1",
                   [](const double& v) { return v >= 1e-12 && v <= 1; });
}

void read_linear(JsonFields& f, LayerSpec& s) {
    read_width(f, "width", s.width);
    read_flag(f, "bias", s.bias);
    read_activation(f, s);
}

void read_neighbours(JsonFields& f, LayerSpec& s) {
    read_linear(f, s);
    read_flag(f, "self_loops", s.self_loops);
    read_choice(f, "direction", s.direction, {"both", "predecessors", "successors"});
}

void read_convolution(JsonFields& f, LayerSpec& s) {
    read_neighbours(f, s);
    read_choice(f, "normalise", s.normalise, {"none", "rows", "symmetric"});
}

void read_gated(JsonFields& f, LayerSpec& s) {
    read_neighbours(f, s);
    read_text(f, "gate", s.gate);
    read_flag(f, "normed", s.normed);
}

void read_attention(JsonFields& f, LayerSpec& s) {
    read_gated(f, s);
    read_choice(f, "mask", s.mask, {"edges", "multiply"});
}

void read_hidden(JsonFields& f, LayerSpec& s) {
    read_linear(f, s);
    read_widths(f, "hidden", s.hidden);
    read_share(f, "rate", s.rate);
}

void read_isomorphism(JsonFields& f, LayerSpec& s) {
    read_neighbours(f, s);
    read_widths(f, "hidden", s.hidden);
}

void read_recurrent(JsonFields& f, LayerSpec& s) {
    read_width(f, "width", s.width);
    read_flag(f, "bidirectional", s.bidirectional);
    read_choice(f, "output", s.output, {"all", "last"});
}

void read_embedding(JsonFields& f, LayerSpec& s) {
    read_width(f, "width", s.width);
    read_width(f, "count", s.count, most_ids);
    read_columns(f, s);
}

void read_ends(JsonFields& f, LayerSpec& s) {
    read_choice(f, "first", s.first, end_choices);
    read_choice(f, "last", s.last, end_choices);
}

void read_readout(JsonFields& f, LayerSpec& s) {
    read_flag(f, "drop_first", s.drop_first);
    f.read<int>("drop_where", s.drop_where, "number of a column of the nodes, from 0",
                [](const int& v) { return v >= 0; });
}

void read_nothing(JsonFields& /*fields*/, LayerSpec& /*spec*/) {}

const std::map<std::string, OptionReader>& readers() {
    static const std::map<std::string, OptionReader> all{
        {"activation", read_activation},
        {"add", read_activation},
        {"average", read_activation},
        {"batch_norm", read_batch_norm},
        {"columns", read_columns},
        {"concat", read_nothing},
        {"constant", [](JsonFields& f, LayerSpec& s) { read_width(f, "width", s.width); }},
        {"dgf", read_gated},
        {"dropout", [](JsonFields& f, LayerSpec& s) { read_share(f, "rate", s.rate); }},
        {"embedding", read_embedding},
        {"ends", read_ends},
        {"first", read_nothing},
        {"gat", read_attention},
        {"gcn", read_convolution},
        {"gin", read_isomorphism},
        {"gru", read_recurrent},
        {"last", read_nothing},
        {"layer_norm", read_activation},
        {"linear", read_linear},
        {"mean", read_readout},
        {"mlp", read_hidden},
        {"sum", read_readout},
    };
    return all;
}

LayerSpec parse_layer(const nlohmann::json& object, std::size_t number) {
    LayerSpec spec;
    const std::string where = message("layers[", number, "]");
    JsonFields fields(object, where);
    read_text(fields, "kind", spec.kind);
    const auto reader = readers().find(spec.kind);
    if (reader == readers().end())
        refuse(where, message("unknown kind '", excerpt(spec.kind), "'; known: ",
                              join(layer_kinds()), did_you_mean(spec.kind, layer_kinds())));
    if (spec.kind == "gat")
        spec.self_loops = true;
    spec.name = message(spec.kind, number);
    read_text(fields, "name", spec.name);
    read_from(fields, spec);
    read_choice(fields, "initial", spec.initial, initials);
    reader->second(fields, spec);
    fields.done();
    return spec;
}

void parse_inputs(const nlohmann::json& object, StackSpec& stack) {
    JsonFields fields(object, "inputs");
    for (const auto& [name, width] : object.items()) {
        if (name.empty() || name.size() > 100 || stack.inputs.size() >= most_stack_layers)
            refuse("inputs", "a name of 1 to 100 bytes expected");
        read_width(fields, name.c_str(), stack.inputs[name]);
    }
}

}  // namespace

std::vector<std::string> layer_kinds() {
    std::vector<std::string> names;
    for (const auto& [name, reader] : readers())
        names.push_back(name);
    return names;
}

StackSpec parse_stack(std::string_view text) {
    nlohmann::json object;
    if (const std::string wrong = read_json(text, object, stack_limits); !wrong.empty())
        refuse("stack", wrong);
    StackSpec stack;
    JsonFields fields(object, "stack");
    const nlohmann::json* inputs = fields.child("inputs");
    const nlohmann::json* layers = fields.child("layers");
    if (inputs == nullptr || layers == nullptr || !layers->is_array() || layers->empty() ||
        layers->size() > most_stack_layers) {
        refuse("stack",
               message("inputs, and a list of 1 to ", most_stack_layers, " layers expected"));
    }
    parse_inputs(*inputs, stack);
    if (stack.inputs.empty())
        refuse("inputs", "at least one with its width expected");
    read_flag(fields, "global_node", stack.global_node);
    read_choice(fields, "initial", stack.initial, initials);
    fields.done();
    std::set<std::string> names;
    for (const auto& [name, width] : stack.inputs)
        names.insert(name);
    for (std::size_t i = 0; i < layers->size(); ++i) {
        stack.layers.push_back(parse_layer((*layers)[i], i));
        if (!names.insert(stack.layers.back().name).second)
            refuse(message("layers[", i, "].name"),
                   "a name that no other layer or input has expected");
    }
    return stack;
}

}  // namespace latpred
