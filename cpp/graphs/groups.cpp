#include "graphs/graph_builder.hpp"

namespace latpred {
namespace {

std::vector<int> count_consumers(const OpGraph& graph) {
    std::vector<int> consumers(graph.ops.size());
    for (int source : graph.inputs)
        ++consumers[static_cast<std::size_t>(source)];
    return consumers;
}

}  // namespace

bool joins_its_input(OpKind kind) {
    return kind == OpKind::batch_norm || kind == OpKind::activation || kind == OpKind::scale;
}

bool costs_no_kernel(OpKind kind) {
    return kind == OpKind::flatten || kind == OpKind::reshape || kind == OpKind::identity ||
           kind == OpKind::parameter;
}

std::vector<bool> flat_values(const OpGraph& graph) {
    std::vector<bool> flat(graph.ops.size(), false);
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        const Op& op = graph.ops[i];
        switch (op.kind) {
        case OpKind::activation:
        case OpKind::identity:
        case OpKind::scale:
            flat[i] = flat[static_cast<std::size_t>(graph.inputs_of(op).front())];
            break;
        case OpKind::linear:
            flat[i] = graph.input_shape(op).flat();
            break;
        default:
            flat[i] = op.kind == OpKind::flatten;
        }
    }
    return flat;
}

int assign_groups(OpGraph& graph) {
    const std::vector<int> consumers = count_consumers(graph);
    int count = 0;
    for (Op& op : graph.ops) {
        if (op.input_count == 0)
            continue;
        const auto source = static_cast<std::size_t>(graph.inputs_of(op).front());
        const int above = graph.ops[source].group;
        const bool alone = consumers[source] == 1;
        if (costs_no_kernel(op.kind)) {
            op.group = alone ? above : -1;
        } else if (joins_its_input(op.kind) && alone && above >= 0) {
            op.group = above;
        } else {
            op.group = count++;
        }
    }
    return count;
}

}  // namespace latpred
