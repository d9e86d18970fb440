#include <algorithm>

#include "neural/encoder_tensors_impl.hpp"

namespace latpred {
namespace {

/// Which nodes lead to each: nodes stand before those that they feed.
std::vector<float> reached_from(const EncoderGraph& graph) {
    const std::size_t nodes = graph.nodes();
    std::vector<float> reached(nodes * nodes, 0.0F);
    for (std::size_t to = 0; to < nodes; ++to) {
        reached[to * nodes + to] = 1.0F;
        for (std::size_t from = 0; from < to; ++from) {
            if (graph.adjacency[from * nodes + to] == 0)
                continue;
            for (std::size_t i = 0; i <= from; ++i)
                reached[to * nodes + i] =
                    std::max(reached[to * nodes + i], reached[from * nodes + i]);
        }
    }
    return reached;
}

void copy_square(const std::vector<float>& from, std::size_t nodes, float* to, std::size_t width) {
    for (std::size_t row = 0; row < nodes; ++row)
        std::copy_n(from.data() + row * nodes, nodes, to + row * width);
}

}  // namespace

EncoderTensors encoder_tensors(std::span<const EncoderGraph* const> graphs, std::int64_t absent) {
    const auto count = static_cast<std::int64_t>(graphs.size());
    std::size_t width = 1;
    for (const EncoderGraph* graph : graphs)
        width = std::max(width, graph->nodes());
    const std::size_t numbers =
        graphs.front()->nodes() == 0 ? 0 : graphs.front()->numbers.size() / graphs.front()->nodes();
    const auto v = static_cast<std::int64_t>(width);
    EncoderTensors all;
    all.operations = at::full({count, v}, absent, at::kLong);
    all.numbers = at::zeros({count, v, static_cast<std::int64_t>(numbers)}, at::kFloat);
    all.adjacency = at::zeros({count, v, v}, at::kFloat);
    all.reached = at::eye(v, at::kFloat).expand({count, v, v}).contiguous();
    all.there = at::zeros({count, v}, at::kFloat);
    std::vector<std::int64_t> present;
    std::vector<std::int64_t> last;
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        const EncoderGraph& graph = *graphs[i];
        const std::size_t first = i * width;
        std::ranges::copy(graph.operations,
                          all.operations.mutable_data_ptr<std::int64_t>() + first);
        std::ranges::copy(graph.numbers, all.numbers.mutable_data_ptr<float>() + first * numbers);
        copy_square(graph.adjacency, graph.nodes(),
                    all.adjacency.mutable_data_ptr<float>() + first * width, width);
        copy_square(reached_from(graph), graph.nodes(),
                    all.reached.mutable_data_ptr<float>() + first * width, width);
        std::fill_n(all.there.mutable_data_ptr<float>() + first, graph.nodes(), 1.0F);
        for (std::size_t node = 0; node < graph.nodes(); ++node)
            present.push_back(static_cast<std::int64_t>(first + node));
        last.push_back(static_cast<std::int64_t>(first + graph.nodes()) - 1);
    }
    if (present.size() < graphs.size() * width)
        all.present = at::tensor(present, at::kLong);
    all.last = at::tensor(last, at::kLong);
    return all;
}

}  // namespace latpred
