#include "graphs/costs.hpp"

#include <algorithm>
#include <vector>

namespace latpred {
namespace {

constexpr std::int64_t bytes_per_value = 4;

/// A value lives in the buffer of the kernel (group) that writes it; the input is buffer `groups`.
int buffer_of(const OpGraph& graph, int op) {
    const Op* current = &graph.ops[static_cast<std::size_t>(op)];
    while (current->group < 0 && current->kind != OpKind::input) {
        current = &graph.ops[static_cast<std::size_t>(graph.inputs_of(*current).front())];
    }
    return current->group < 0 ? graph.group_count : current->group;
}

/// What the kernels write and read.
struct Traffic {
    std::vector<std::int64_t> elements;  ///< of each buffer
    std::vector<int> reads;              ///< buffers read by another kernel, once a read
    std::vector<int> last_use;           ///< last kernel that reads each buffer
};

Traffic traffic_of(const OpGraph& graph) {
    const auto groups = static_cast<std::size_t>(graph.group_count);
    Traffic traffic{std::vector<std::int64_t>(groups + 1), {}, std::vector<int>(groups + 1, -1)};
    traffic.elements[groups] = graph.input_shape().elements();
    for (const Op& op : graph.ops) {
        if (op.group < 0)
            continue;
        const auto kernel = static_cast<std::size_t>(op.group);
        traffic.elements[kernel] = op.shape.elements();
        for (int source : graph.inputs_of(op)) {
            const int buffer = buffer_of(graph, source);
            if (buffer == op.group)
                continue;
            traffic.reads.push_back(buffer);
            traffic.last_use[static_cast<std::size_t>(buffer)] = op.group;
        }
    }
    return traffic;
}

std::int64_t peak_elements(const OpGraph& graph, const Traffic& traffic) {
    const auto kernels = static_cast<std::size_t>(graph.group_count);
    std::vector<std::int64_t> freed(kernels);  // after each kernel
    for (std::size_t buffer = 0; buffer < traffic.elements.size(); ++buffer) {
        if (traffic.last_use[buffer] >= 0)
            freed[static_cast<std::size_t>(traffic.last_use[buffer])] += traffic.elements[buffer];
    }
    std::int64_t live = traffic.elements.back();
    std::int64_t peak = live;
    for (std::size_t kernel = 0; kernel < kernels; ++kernel) {
        live += traffic.elements[kernel];
        peak = std::max(peak, live);
        live -= freed[kernel];
    }
    return peak;
}

std::int64_t moved_elements(const OpGraph& graph, const Traffic& traffic) {
    std::int64_t moved = 0;
    for (std::size_t kernel = 0; kernel < static_cast<std::size_t>(graph.group_count); ++kernel)
        moved += traffic.elements[kernel];
    for (int buffer : traffic.reads)
        moved += traffic.elements[static_cast<std::size_t>(buffer)];
    return moved;
}

}  // namespace

std::int64_t macs_of(const OpGraph& graph, const Op& op) {
    if (op.kind == OpKind::linear) {
        return graph.input_shape(op).elements() * op.shape.elements();
    }
    if (op.kind != OpKind::conv)
        return 0;
    const std::int64_t window = std::int64_t{op.window.kernel_h} * op.window.kernel_w;
    return op.shape.elements() * window * (graph.input_shape(op).channels / op.window.groups);
}

std::int64_t params_of(const OpGraph& graph, const Op& op) {
    const std::int64_t channels = op.shape.channels;
    const std::int64_t bias = op.bias ? channels : 0;
    if (op.kind == OpKind::batch_norm)
        return 2 * channels;
    if (op.kind == OpKind::linear)
        return graph.input_shape(op).elements() * channels + bias;
    if (op.kind != OpKind::conv)
        return 0;
    const std::int64_t window = std::int64_t{op.window.kernel_h} * op.window.kernel_w;
    return channels * window * (graph.input_shape(op).channels / op.window.groups) + bias;
}

Costs costs_of(const OpGraph& graph) {
    Costs costs;
    for (const Op& op : graph.ops) {
        costs.macs += macs_of(graph, op);
        costs.params += params_of(graph, op);
    }
    const Traffic traffic = traffic_of(graph);
    costs.bytes = bytes_per_value * (moved_elements(graph, traffic) + costs.params);
    costs.peak_bytes = bytes_per_value * peak_elements(graph, traffic);
    costs.kernels = graph.group_count;
    return costs;
}

}  // namespace latpred
