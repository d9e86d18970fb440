#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "neural/layer_plan_impl.hpp"

namespace latpred {
namespace {

constexpr const char* node_input = "nodes";
constexpr std::int64_t most_stack_weights = std::int64_t{1} << 28;  // 1 GiB of floats

/// Names of the values that a layer reads, its gate's last.
std::vector<std::string> wanted_values(const LayerSpec& spec, const std::string& before) {
    std::vector<std::string> names = spec.from;
    if (names.empty() && spec.kind != "constant")
        names.push_back(before);
    if (!spec.gate.empty())
        names.push_back(spec.gate);
    return names;
}

void check_node_columns(const StackSpec& stack, const LayerSpec& spec) {
    const auto nodes = stack.inputs.find(node_input);
    if (spec.drop_where >= (nodes == stack.inputs.end() ? 0 : nodes->second) &&
        spec.drop_where >= 0)
        refuse_layer(spec,
                     message("drop_where ", spec.drop_where, ": the nodes have no such column"));
    if (spec.kind == "constant" && nodes == stack.inputs.end())
        refuse_layer(spec, "an input 'nodes' expected");
}

/// Matrices Xavier-normal with gain root 3, vectors N(0, root(6 / (1 + size))).
void start_as_block_profiling(LayerTensor& tensor) {
    const auto size = static_cast<double>(tensor.shape[0]);
    const double both = size + static_cast<double>(tensor.shape.back());
    tensor.start = {Start::Kind::normal, tensor.shape.size() == 1
                                             ? std::sqrt(6 / (1 + size))
                                             : std::sqrt(3.0) * std::sqrt(2 / both)};
}

/// Rows of one input for a minibatch.
at::Tensor gathered(const std::vector<float>& values, std::size_t width,
                    std::span<const std::uint32_t> rows) {
    at::Tensor taken = at::empty(
        {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(width)}, at::kFloat);
    auto* out = taken.mutable_data_ptr<float>();
    for (const std::uint32_t row : rows) {
        std::copy_n(values.data() + row * width, width, out);
        out += width;
    }
    return taken;
}

GraphTensors graphs_of(const StackData& data, std::span<const std::uint32_t> rows, bool reads_nodes,
                       bool global_node) {
    if (!reads_nodes)
        return GraphTensors(static_cast<std::int64_t>(rows.size()));
    std::vector<std::int64_t> graphs;
    for (const std::uint32_t row : rows)
        graphs.push_back(data.graph.empty() ? data.graphs->index[row] : data.graph[row]);
    return {*data.graphs, graphs, global_node};
}

}  // namespace

LayerPlan::LayerPlan(const std::string& description) : spec(parse_stack(description)) {
    std::map<std::string, std::size_t> numbers;
    std::vector<ValueShape> shapes;
    for (const auto& [name, width] : spec.inputs) {
        const bool nodes = name == node_input;
        numbers[name] = shapes.size();
        input_names.push_back(name);
        shapes.push_back(
            {nodes ? RowsOf::nodes : RowsOf::graphs, width + (nodes && spec.global_node ? 1 : 0)});
    }
    std::string before = spec.inputs.contains(node_input) ? node_input : input_names.front();
    std::int64_t weights = 0;
    for (const LayerSpec& one : spec.layers) {
        check_node_columns(spec, one);
        PlannedLayer planned{{}, {}, tensors.size()};
        std::vector<ValueShape> inputs;
        for (const std::string& name : wanted_values(one, before)) {
            const auto found = numbers.find(name);
            if (found == numbers.end())
                refuse_layer(one, message("no input or earlier layer '", excerpt(name), "'"));
            planned.inputs.push_back(found->second);
            inputs.push_back(shapes[found->second]);
        }
        planned.layer = make_layer(one, inputs);
        for (LayerTensor tensor : planned.layer.tensors) {
            tensor.name = one.name + "." + tensor.name;
            if ((one.initial.empty() ? spec.initial : one.initial) == "block-profiling")
                start_as_block_profiling(tensor);
            weights += c10::multiply_integers(tensor.shape);
            tensors.push_back(std::move(tensor));
        }
        if (weights > most_stack_weights)
            refuse_layer(one, message("more than ", most_stack_weights, " weights in all"));
        numbers[one.name] = shapes.size();
        shapes.push_back(planned.layer.shape);
        layers.push_back(std::move(planned));
        before = one.name;
    }
    want_rows(spec.layers.back(), shapes.back(), RowsOf::graphs);
}

at::Tensor LayerPlan::run(const StackData& data, std::span<const std::uint32_t> rows,
                          Tensors parameters, bool training, DropoutSeed dropout,
                          bool learning) const {
    const bool reads_nodes = spec.inputs.contains(node_input);
    const GraphTensors graphs = graphs_of(data, rows, reads_nodes, spec.global_node);
    const ForwardContext context{graphs, rows, training, dropout.seed, dropout.epoch, learning};
    std::vector<at::Tensor> values;
    for (const std::string& name : input_names) {
        values.push_back(name == node_input
                             ? graphs.features()
                             : gathered(data.inputs.at(name),
                                        static_cast<std::size_t>(spec.inputs.at(name)), rows));
    }
    for (const PlannedLayer& planned : layers) {
        std::vector<at::Tensor> inputs;
        for (const std::size_t number : planned.inputs)
            inputs.push_back(values[number]);
        values.push_back(planned.layer.forward(
            context, inputs,
            parameters.subspan(planned.first_tensor, planned.layer.tensors.size())));
    }
    return values.back().contiguous();
}

}  // namespace latpred
