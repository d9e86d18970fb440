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
        return times(graph.input_shape(op).elements(), op.shape.elements());
    if (op.kind != OpKind::conv)
        return 0;
    return times(op.shape.elements(), op.window.kernel_h, op.window.kernel_w,
                 graph.input_shape(op).channels / op.window.groups);
}

std::int64_t params_of(const OpGraph& graph, const Op& op) {
    const std::int64_t channels = op.shape.channels;
    const std::int64_t bias = op.bias ? channels : 0;
    if (op.kind == OpKind::batch_norm)
        return 2 * channels;
    if (op.kind == OpKind::linear)
        return plus(times(graph.input_shape(op).elements(), channels), bias);
    if (op.kind != OpKind::conv)
        return 0;
    const std::int64_t in = graph.input_shape(op).channels / op.window.groups;
    return plus(times(channels, op.window.kernel_h, op.window.kernel_w, in), bias);
}

Costs costs_of(const OpGraph& graph) {
    Costs costs;
    for (const Op& op : graph.ops) {
        costs.macs = plus(costs.macs, macs_of(graph, op));
        costs.params = plus(costs.params, params_of(graph, op));
    }
    const Traffic traffic = traffic_of(graph);
    costs.bytes = times(plus(moved_elements(graph, traffic), costs.params), bytes_per_value);
    costs.peak_bytes = times(peak_elements(graph, traffic), bytes_per_value);
    costs.kernels = graph.group_count;
    return costs;
}

}  // namespace latpred
