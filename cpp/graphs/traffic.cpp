#include "graphs/traffic.hpp"

#include "graphs/checked.hpp"

namespace latpred {
namespace {

/// -1: parameters, which are read as weights are.
int buffer_of(const OpGraph& graph, int op) {
    const Op* current = &graph.ops[static_cast<std::size_t>(op)];
    while (current->group < 0 && current->input_count > 0) {
        current = &graph.ops[static_cast<std::size_t>(graph.inputs_of(*current).front())];
    }
    if (current->kind == OpKind::parameter)
        return -1;
    return current->group < 0 ? graph.group_count : current->group;
}

void add_live(Traffic& traffic, std::size_t kernels) {
    std::vector<std::int64_t> freed(kernels);  // after each kernel
    for (std::size_t buffer = 0; buffer < traffic.elements.size(); ++buffer) {
        if (traffic.last_use[buffer] >= 0)
            freed[static_cast<std::size_t>(traffic.last_use[buffer])] += traffic.elements[buffer];
    }
    std::int64_t live = traffic.elements.back();
    for (std::size_t kernel = 0; kernel < kernels; ++kernel) {
        live = plus(live, traffic.elements[kernel]);
        traffic.live.push_back(live);
        live -= freed[kernel];
    }
}

}  // namespace

Traffic traffic_of(const OpGraph& graph) {
    const auto kernels = static_cast<std::size_t>(graph.group_count);
    Traffic traffic{
        std::vector<std::int64_t>(kernels + 1), {}, std::vector<int>(kernels + 1, -1), {}};
    traffic.elements[kernels] = graph.input_shape().elements();
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        const Op& op = graph.ops[i];
        if (op.group < 0)
            continue;
        traffic.elements[static_cast<std::size_t>(op.group)] = op.shape.elements();
        for (int source : graph.inputs_of(op)) {
            const int buffer = buffer_of(graph, source);
            if (buffer == op.group || buffer < 0)
                continue;
            traffic.reads.push_back({static_cast<int>(i), buffer});
            traffic.last_use[static_cast<std::size_t>(buffer)] = op.group;
        }
    }
    add_live(traffic, kernels);
    return traffic;
}

}  // namespace latpred
