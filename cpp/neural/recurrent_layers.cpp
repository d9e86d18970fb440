#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "neural/gru_states_impl.hpp"
#include "neural/stack_layer_impl.hpp"

namespace latpred {
namespace {

/// Where the nodes of each graph, read one after the other, stand step by step.
struct PackedNodes {
    PackedStepsPtr steps;
    at::Tensor node_of;   ///< packed row -> node
    at::Tensor place_of;  ///< node -> packed row; with `last` graph -> packed row
};

/// Only as far as wanted: with `last` and `turned` the only state asked for, that of the last node,
/// is the first one.
PackedNodes pack_nodes(const GraphTensors& graphs, bool turned, bool last) {
    const auto count = static_cast<std::size_t>(graphs.graphs());
    const std::vector<std::int64_t>& offsets = graphs.offsets();
    const auto length = [&](std::size_t b) {
        return turned && last ? 1 : offsets[b + 1] - offsets[b];
    };
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order,
                             [&](std::size_t a, std::size_t b) { return length(a) > length(b); });
    PackedSteps steps;
    std::vector<std::int64_t> nodes;
    std::vector<std::int64_t> places(last ? count : static_cast<std::size_t>(graphs.nodes()));
    for (std::int64_t t = 0; count > 0 && t < length(order.front()); ++t) {
        for (const std::size_t b : order) {
            if (length(b) <= t)
                break;
            const std::int64_t node = turned ? offsets[b + 1] - 1 - t : offsets[b] + t;
            const auto row = static_cast<std::int64_t>(nodes.size());
            if (!last)
                places[static_cast<std::size_t>(node)] = row;
            else if (node == offsets[b + 1] - 1)
                places[b] = row;
            nodes.push_back(node);
        }
        steps.starts.push_back(static_cast<std::int64_t>(nodes.size()));
    }
    return {std::make_shared<const PackedSteps>(std::move(steps)), at::tensor(nodes, at::kLong),
            at::tensor(places, at::kLong)};
}

}  // namespace

StackLayer make_recurrent_layer(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    if (inputs.size() != 1)
        refuse_layer(spec, "one input expected");
    want_rows(spec, inputs[0], RowsOf::nodes);
    const std::int64_t width = width_of(spec);
    const bool last = spec.output == "last";
    const int directions = spec.bidirectional ? 2 : 1;
    StackLayer layer{{last ? RowsOf::graphs : RowsOf::nodes, directions * width}, {}, {}};
    const Start start{Start::Kind::uniform, 1 / std::sqrt(static_cast<double>(width))};
    for (const char* end : {"", "_reverse"}) {
        layer.tensors.push_back(
            {std::string("weight_ih") + end, {3 * width, inputs[0].width}, start});
        layer.tensors.push_back({std::string("weight_hh") + end, {3 * width, width}, start});
        layer.tensors.push_back({std::string("bias_ih") + end, {3 * width}, start});
        layer.tensors.push_back({std::string("bias_hh") + end, {3 * width}, start});
    }
    layer.tensors.resize(static_cast<std::size_t>(4 * directions));
    layer.forward = [directions, last](const ForwardContext& context, Tensors x, Tensors p) {
        std::vector<at::Tensor> halves;
        for (int d = 0; d < directions; ++d) {
            const Tensors own = p.subspan(static_cast<std::size_t>(4 * d), 4);
            const PackedNodes packed = pack_nodes(context.graphs, d == 1, last);
            const at::Tensor of_input =
                at::linear(at::index_select(x[0], 0, packed.node_of), own[0], own[2]);
            halves.push_back(at::index_select(gru_states(packed.steps, of_input, own[1], own[3]), 0,
                                              packed.place_of));
        }
        return halves.size() == 1 ? halves[0] : at::cat(halves, 1);
    };
    return layer;
}

}  // namespace latpred
