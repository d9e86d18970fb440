#include <cmath>

#include "neural/edge_sums_impl.hpp"
#include "neural/stack_layer_impl.hpp"

namespace latpred {
namespace {

Neighbours neighbours_of(const LayerSpec& spec) {
    return {spec.direction, spec.normalise, spec.self_loops, spec.mask == "multiply"};
}

/// As the originals of graph layers start: uniform within 1 / sqrt(outputs).
void add_graph_weight(std::vector<LayerTensor>& tensors, std::int64_t inputs, std::int64_t outputs,
                      bool bias) {
    const Start start{Start::Kind::uniform, 1 / std::sqrt(static_cast<double>(outputs))};
    tensors.push_back({"weight", {outputs, inputs}, start});
    if (bias)
        tensors.push_back({"bias", {outputs}, start});
}

/// x as far as the gate's value opens, sigmoid(W e + b), plus `rest` where there is one; tensors
/// "gate.weight", "gate.bias".
at::Tensor gated(const ForwardContext& context, const at::Tensor& gate, RowsOf rows, Tensors p,
                 const at::Tensor& x, const at::Tensor& rest = {}) {
    at::Tensor open = at::linear(gate, p[0], p[1]).sigmoid_();
    std::vector<std::int64_t> shape = x.sizes().vec();
    const std::int64_t width = rows == RowsOf::nodes ? 0 : context.graphs.common_width();
    if (width > 0) {  // one gate for all nodes of a graph, never written out for each
        shape = {context.graphs.graphs(), width, x.size(1)};
        open = open.unsqueeze(1);
    } else if (rows == RowsOf::graphs) {
        open = spread(context, open);
    }
    const at::Tensor values = x.view(shape);
    const at::Tensor sum =
        rest.defined() ? at::addcmul(rest.view(shape), open, values) : at::mul(open, values);
    return sum.view(x.sizes());
}

/// Kipf and Welling's: edges' sum of x W, plus the bias.
StackLayer make_convolution(const LayerSpec& spec, const ValueShape& input) {
    StackLayer layer{{RowsOf::nodes, width_of(spec)}, {}, {}};
    add_graph_weight(layer.tensors, input.width, layer.shape.width, spec.bias);
    const bool narrows = input.width > layer.shape.width;  // summing the narrower side is cheaper
    layer.forward = [spec, narrows](const ForwardContext& context, Tensors x, Tensors p) {
        const EdgePairPtr& edges = context.graphs.edges(neighbours_of(spec));
        const at::Tensor bias = spec.bias ? p[1] : at::Tensor();
        if (!narrows)
            return activated(spec, at::linear(sum_along(edges, x[0]), p[0], bias));
        at::Tensor sums = sum_along(edges, at::linear(x[0], p[0]));
        return activated(spec, spec.bias ? sums.add_(bias) : sums);
    };
    return layer;
}

/// Dense graph flow: gate * edges' sum of x W, plus x W + b.
StackLayer make_flow(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    StackLayer layer{{RowsOf::nodes, width_of(spec)}, {}, {}};
    add_graph_weight(layer.tensors, inputs[0].width, layer.shape.width, spec.bias);
    const bool has_gate = inputs.size() == 2;
    const RowsOf rows = has_gate ? inputs[1].rows : RowsOf::nodes;
    if (has_gate)
        add_linear(layer.tensors, "gate.", inputs[1].width, layer.shape.width);
    layer.forward = [spec, has_gate, rows](const ForwardContext& context, Tensors x, Tensors p) {
        const at::Tensor own = at::linear(x[0], p[0]);
        const at::Tensor sums = sum_along(context.graphs.edges(neighbours_of(spec)), own);
        at::Tensor flow =
            has_gate ? gated(context, x[1], rows, p.last(2), sums, own) : at::add(sums, own);
        return activated(spec, spec.bias ? flow.add_(p[1]) : flow);
    };
    return layer;
}

/// NASFLAT's attention, LayerNorm(gate * shares' sum of x W): along edges, or as published.
StackLayer make_attention(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    constexpr double epsilon = 1e-5;
    const std::int64_t width = width_of(spec);
    StackLayer layer{{RowsOf::nodes, width}, {}, {}};
    add_graph_weight(layer.tensors, inputs[0].width, width, false);
    layer.tensors.push_back(
        {"score", {width}, {Start::Kind::uniform, 1 / std::sqrt(static_cast<double>(width))}});
    if (spec.normed) {
        layer.tensors.push_back({"norm.weight", {width}, {Start::Kind::constant, 1}});
        layer.tensors.push_back({"norm.bias", {width}, {Start::Kind::constant, 0}});
    }
    const bool has_gate = inputs.size() == 2;
    const RowsOf rows = has_gate ? inputs[1].rows : RowsOf::nodes;
    if (has_gate)
        add_linear(layer.tensors, "gate.", inputs[1].width, width);
    layer.forward = [spec, has_gate, rows, width](const ForwardContext& context, Tensors x,
                                                  Tensors p) {
        at::Tensor value = attend_along(context.graphs.edges(neighbours_of(spec)),
                                        at::linear(x[0], p[0]), p[1], spec.slope);
        if (has_gate)
            value = gated(context, x[1], rows, p.last(2), value);
        if (spec.normed)
            value = at::layer_norm(value, {width}, p[2], p[3], epsilon);
        return activated(spec, value);
    };
    return layer;
}

/// Xu et al., arXiv:1810.00826: a perceptron of (1 + epsilon) x + the neighbours' sum.
StackLayer make_isomorphism(const LayerSpec& spec, const ValueShape& input) {
    StackLayer layer{{RowsOf::nodes, width_of(spec)}, {}, {}};
    layer.tensors.push_back({"epsilon", {1}, {Start::Kind::constant, 0}});
    std::vector<std::int64_t> widths(spec.hidden.begin(), spec.hidden.end());
    widths.push_back(layer.shape.width);
    std::int64_t before = input.width;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        add_linear(layer.tensors, std::to_string(i) + ".", before, widths[i]);
        before = widths[i];
    }
    const std::size_t count = widths.size();
    layer.forward = [spec, count](const ForwardContext& context, Tensors x, Tensors p) {
        const at::Tensor sums = sum_along(context.graphs.edges(neighbours_of(spec)), x[0]);
        at::Tensor value = at::addcmul(sums, x[0], at::add(p[0], 1));
        for (std::size_t i = 0; i < count; ++i) {
            value = at::linear(value, p[1 + 2 * i], p[2 + 2 * i]);
            if (i + 1 < count)
                value.relu_();
        }
        return activated(spec, value);
    };
    return layer;
}

}  // namespace

StackLayer make_graph_layer(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    const std::size_t expected = spec.gate.empty() ? 1 : 2;
    if (inputs.size() != expected)
        refuse_layer(spec, "one input expected");
    want_rows(spec, inputs[0], RowsOf::nodes);
    if (spec.kind == "gcn")
        return make_convolution(spec, inputs[0]);
    if (spec.kind == "gin")
        return make_isomorphism(spec, inputs[0]);
    return spec.kind == "dgf" ? make_flow(spec, inputs) : make_attention(spec, inputs);
}

}  // namespace latpred
