#include "graphs/costs.hpp"

#include <algorithm>

#include "graphs/checked.hpp"
#include "graphs/traffic.hpp"

namespace latpred {
namespace {

constexpr std::int64_t bytes_per_value = 4;

std::int64_t peak_elements(const OpGraph& graph, const Traffic& traffic) {
    std::int64_t peak = graph.input_shape().elements();
    for (std::int64_t live : traffic.live)
        peak = std::max(peak, live);
    return peak;
}

std::int64_t moved_elements(const OpGraph& graph, const Traffic& traffic) {
    std::int64_t moved = 0;
    for (std::size_t kernel = 0; kernel < static_cast<std::size_t>(graph.group_count); ++kernel)
        moved = plus(moved, traffic.elements[kernel]);
    for (const BufferRead& read : traffic.reads)
        moved = plus(moved, traffic.elements[static_cast<std::size_t>(read.buffer)]);
    return moved;
}

}  // namespace

std::int64_t macs_of(const OpGraph& graph, const Op& op) {
    if (op.kind == OpKind::linear)
        return times(op.shape.elements(), graph.input_shape(op).features());
    if (op.kind == OpKind::matmul)
        return times(op.shape.elements(), graph.input_shape(op).width);
    const Window& w = op.window;
    if (op.kind == OpKind::conv_transpose) {
        return times(graph.input_shape(op).elements(), w.kernel_h, w.kernel_w,
                     op.shape.channels / w.groups);
    }
    if (op.kind != OpKind::conv)
        return 0;
    return times(op.shape.elements(), w.kernel_h, w.kernel_w,
                 graph.input_shape(op).channels / w.groups);
}

std::int64_t normalised_elements(const Op& op) {
    const std::array<int, 3> sizes = op.shape.sizes();
    if (op.axes == 0)
        return sizes[0];
    std::int64_t elements = 1;
    for (std::size_t i = sizes.size() - static_cast<std::size_t>(op.axes); i < sizes.size(); ++i)
        elements *= sizes[i];
    return elements;
}

int features_of(const OpGraph& graph, const Op& op) {
    return graph.input_shape(op).flat() ? op.shape.channels : op.shape.width;
}

std::int64_t params_of(const OpGraph& graph, const Op& op) {
    const std::int64_t channels = op.shape.channels;
    const std::int64_t plane = std::int64_t{op.window.kernel_h} * op.window.kernel_w;
    switch (op.kind) {
    case OpKind::batch_norm:
        return 2 * channels;
    case OpKind::linear: {
        const std::int64_t features = features_of(graph, op);
        return plus(times(graph.input_shape(op).features(), features), op.bias ? features : 0);
    }
    case OpKind::conv: {
        const std::int64_t in = graph.input_shape(op).channels / op.window.groups;
        return plus(times(channels, plane, in), op.bias ? channels : 0);
    }
    case OpKind::conv_transpose: {
        const std::int64_t in = graph.input_shape(op).channels;
        return plus(times(in, plane, channels / op.window.groups), op.bias ? channels : 0);
    }
    case OpKind::layer_norm:
        return times(normalised_elements(op), op.bias ? 2 : 1);
    case OpKind::embedding:
        return times(std::int64_t{op.vocabulary}, op.shape.width);
    case OpKind::parameter:
        return op.shape.elements();
    default:
        return 0;
    }
}

std::int64_t weights_read_of(const OpGraph& graph, const Op& op) {
    const std::int64_t params = params_of(graph, op);
    return op.kind == OpKind::embedding ? std::min(params, op.shape.elements()) : params;
}

Costs costs_of(const OpGraph& graph) {
    if (graph.ops.empty())
        return {};
    Costs costs;
    std::int64_t weights = 0;
    for (const Op& op : graph.ops) {
        costs.macs = plus(costs.macs, macs_of(graph, op));
        costs.params = plus(costs.params, params_of(graph, op));
        weights = plus(weights, weights_read_of(graph, op));
    }
    const Traffic traffic = traffic_of(graph);
    costs.bytes = times(plus(moved_elements(graph, traffic), weights), bytes_per_value);
    costs.peak_bytes = times(peak_elements(graph, traffic), bytes_per_value);
    costs.kernels = graph.group_count;
    return costs;
}

}  // namespace latpred
