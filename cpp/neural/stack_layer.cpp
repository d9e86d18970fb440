#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/edge_sums_impl.hpp"
#include "neural/stack_layer_impl.hpp"

namespace latpred {
namespace {

using LayerMaker = StackLayer (*)(const LayerSpec&, std::span<const ValueShape>);

const std::map<std::string, LayerMaker>& layer_makers() {
    static const std::map<std::string, LayerMaker> all{
        {"activation", make_dense_layer},   {"add", make_joining_layer},
        {"average", make_joining_layer},    {"batch_norm", make_batch_norm_layer},
        {"columns", make_joining_layer},    {"concat", make_joining_layer},
        {"constant", make_embedding_layer}, {"dgf", make_graph_layer},
        {"dropout", make_dense_layer},      {"embedding", make_embedding_layer},
        {"ends", make_embedding_layer},     {"first", make_readout_layer},
        {"gat", make_graph_layer},          {"gcn", make_graph_layer},
        {"gin", make_graph_layer},          {"gru", make_recurrent_layer},
        {"last", make_readout_layer},       {"layer_norm", make_dense_layer},
        {"linear", make_dense_layer},       {"mean", make_readout_layer},
        {"mlp", make_dense_layer},          {"sum", make_readout_layer},
    };
    return all;
}

}  // namespace

void refuse_layer(const LayerSpec& spec, const std::string& expected) {
    throw ConfigError(message("layer '", excerpt(spec.name), "': ", expected));
}

std::int64_t width_of(const LayerSpec& spec) {
    if (spec.width == 0)
        refuse_layer(spec, "a width expected");
    return spec.width;
}

void want_rows(const LayerSpec& spec, const ValueShape& input, RowsOf rows) {
    if (input.rows != rows)
        refuse_layer(spec, rows == RowsOf::nodes ? "values of nodes expected, got those of graphs"
                                                 : "values of graphs expected, got those of nodes");
}

void add_linear(std::vector<LayerTensor>& tensors, const std::string& prefix, std::int64_t inputs,
                std::int64_t outputs, bool bias) {
    const Start start{Start::Kind::uniform, 1 / std::sqrt(static_cast<double>(inputs))};
    tensors.push_back({prefix + "weight", {outputs, inputs}, start});
    if (bias)
        tensors.push_back({prefix + "bias", {outputs}, start});
}

at::Tensor activated(const LayerSpec& spec, at::Tensor x, bool fresh) {
    if (spec.activation == "relu")
        return fresh ? at::relu_(x) : at::relu(x);
    if (spec.activation == "leaky-relu")
        return at::leaky_relu(x, spec.slope);
    if (spec.activation == "sigmoid")
        return fresh ? at::sigmoid_(x) : at::sigmoid(x);
    if (spec.activation == "softplus")
        return at::softplus(x);
    if (spec.activation == "tanh")
        return fresh ? at::tanh_(x) : at::tanh(x);
    return x;
}

at::Tensor spread(const ForwardContext& context, const at::Tensor& x) {
    return sum_along(context.graphs.membership(), x, true);
}

StackLayer make_layer(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    return layer_makers().at(spec.kind)(spec, inputs);
}

}  // namespace latpred
