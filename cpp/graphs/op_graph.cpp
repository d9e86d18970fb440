#include "graphs/op_graph.hpp"

#include <array>

#include "base/text.hpp"

namespace latpred {

namespace {

constexpr std::array<std::string_view, 16> kind_names{
    "input",           "conv", "batch_norm", "activation", "add",         "multiply", "concat",
    "channel_shuffle", "crop", "avg_pool",   "max_pool",   "global_pool", "linear",   "flatten",
    "identity",        "zero"};

constexpr std::array<std::string_view, 9> function_names{
    "none", "relu", "relu6", "h_swish", "h_sigmoid", "sigmoid", "swish", "tanh", "gelu"};

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

std::string Op::name() const {
    if (unit < 0)
        return part;
    std::string text = "u" + std::to_string(unit);
    if (layer >= 0)
        text += ".l" + std::to_string(layer);
    return text + "." + part;
}

}  // namespace latpred
