#include "graphs/op_graph.hpp"

#include <algorithm>
#include <span>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::array<std::string_view, 27> kind_names{
    "input",    "conv",        "batch_norm",      "activation", "add",
    "multiply", "concat",      "channel_shuffle", "crop",       "avg_pool",
    "max_pool", "global_pool", "linear",          "flatten",    "identity",
    "zero",     "matmul",      "softmax",         "layer_norm", "embedding",
    "reshape",  "transpose",   "scale",           "parameter",  "conv_transpose",
    "upsample", "pad"};

constexpr std::array<std::string_view, 9> function_names{
    "none", "relu", "relu6", "h_swish", "h_sigmoid", "sigmoid", "swish", "tanh", "gelu"};

constexpr std::array<std::string_view, 3> border_names{"constant", "reflect", "replicate"};

constexpr std::array<std::string_view, 2> interpolation_names{"nearest", "bilinear"};

template <class Value>
Value named(const char* what, std::span<const std::string_view> names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        throw ConfigError(message(what, " '", excerpt(name), "', one of ", join(names), " expected",
                                  did_you_mean(name, names)));
    }
    return static_cast<Value>(found - names.begin());
}

}  // namespace

std::span<const std::string_view> op_kind_names() {
    return kind_names;
}

std::span<const std::string_view> activation_names() {
    return function_names;
}

std::string_view to_string(OpKind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(Activation activation) {
    return function_names.at(static_cast<std::size_t>(activation));
}

std::string_view to_string(Border border) {
    return border_names.at(static_cast<std::size_t>(border));
}

std::string_view to_string(Interpolation interpolation) {
    return interpolation_names.at(static_cast<std::size_t>(interpolation));
}

OpKind op_kind(std::string_view name) {
    return named<OpKind>("kind of operator", kind_names, name);
}

Activation activation_named(std::string_view name) {
    return named<Activation>("activation", function_names, name);
}

Border border_named(std::string_view name) {
    return named<Border>("border", border_names, name);
}

Interpolation interpolation_named(std::string_view name) {
    return named<Interpolation>("interpolation", interpolation_names, name);
}

std::string Op::name() const {
    if (unit < 0)
        return part;
    std::string text = "u";
    text += std::to_string(unit);
    if (layer >= 0)
        text += ".l" + std::to_string(layer);
    return text + "." + part;
}

}  // namespace latpred
