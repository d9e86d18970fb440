#include "encodings/nds_graph.hpp"

#include "base/index.hpp"

namespace latpred {
namespace {

constexpr std::size_t cell_inputs = 2;

}  // namespace

NdsGraph::NdsGraph(const SpacePtr& space)
    : GraphEncoding(space), family_(as_nds(space->family())),
      cell_nodes_(cell_inputs + 2 * as_index(family_->space().nodes) + 1),
      names_{"output", "input_0", "input_1"} {
    for (const auto& operation : family_->space().operations)
        names_.emplace_back(operation);
}

void NdsGraph::write(std::span<const GeneValue> row, std::span<float> features,
                     std::span<float> adjacency) const {
    for (int cell = 0; cell < 2; ++cell)
        write_cell(row, cell, features, adjacency);
}

void NdsGraph::write_cell(std::span<const GeneValue> row, int cell, std::span<float> features,
                          std::span<float> adjacency) const {
    const std::size_t begin = as_index(cell) * cell_nodes_;
    const std::size_t output = begin + cell_nodes_ - 1;
    const auto is = [&](std::size_t node, std::size_t feature) {
        features[node * names_.size() + feature] = 1.0F;
    };
    const auto is_none = [&](std::size_t edge) {
        const GeneValue chosen =
            row[as_index(family_->operation_column(cell, static_cast<int>(edge)))];
        return family_->space().operations[as_index(chosen)] == "none";
    };
    const auto feeds = [&](int state, std::size_t to) {
        if (state < static_cast<int>(cell_inputs)) {
            adjacency[(begin + as_index(state)) * nodes() + to] = 1.0F;
            return;
        }
        for (std::size_t k = 0; k < 2; ++k) {
            const std::size_t edge = 2 * (as_index(state) - cell_inputs) + k;
            if (!is_none(edge))
                adjacency[(begin + cell_inputs + edge) * nodes() + to] = 1.0F;
        }
    };
    is(output, 0);
    is(begin, 1);
    is(begin + 1, 2);
    for (std::size_t edge = 0; edge < 2 * as_index(family_->space().nodes); ++edge) {
        const int number = static_cast<int>(edge);
        const std::size_t node = begin + cell_inputs + edge;
        is(node,
           1 + cell_inputs + as_index(row[as_index(family_->operation_column(cell, number))]));
        if (!is_none(edge))
            feeds(row[as_index(family_->input_column(cell, number))], node);
    }
    for (const int state : family_->joined(row, cell))
        feeds(state, output);
}

}  // namespace latpred
