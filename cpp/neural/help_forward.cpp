#include "neural/help_forward.hpp"

#include <algorithm>
#include <utility>

#include "base/dense_kernels.hpp"
#include "base/error.hpp"
#include "base/float_mode.hpp"

namespace latpred {
namespace {

constexpr std::size_t at_once = 64;   ///< networks whose nodes stay in the cache
constexpr std::size_t row_tile = 16;  ///< kernels see whole tiles of rows only

std::size_t whole_tiles(std::size_t rows) {
    return (rows + row_tile - 1) / row_tile * row_tile;
}

std::size_t tensor_number(const LayerStack& stack, const std::string& name) {
    const auto& all = stack.parameters().tensors();
    const auto found = std::ranges::find(all, name, &Parameters::Tensor::name);
    if (found == all.end())
        throw CorruptionError("HELP: layers of its network expected");
    return static_cast<std::size_t>(found - all.begin());
}

void add_row(const float* from, std::size_t width, float* to) {
    for (std::size_t j = 0; j < width; ++j)
        to[j] += from[j];
}

/// Each node of graphs `first` to `first + m` and what feeds it, summed; behind a graph's nodes one
/// that all feed. `rows`: of all nodes but that one in `x`; with `last_only` only that one's sums.
struct NodeSums {
    const GraphBatch& batch;
    std::size_t width;

    void add(std::size_t graph, const float* x, float* sums, bool last_only) const {
        const std::size_t nodes = batch.width(graph);
        const auto offset = batch.offsets[graph];
        for (std::size_t i = 0; i <= nodes; ++i) {
            add_row(x + i * width, width, sums + (last_only ? 0 : nodes) * width);
            if (!last_only && i < nodes)
                add_row(x + i * width, width, sums + i * width);
        }
        for (auto e = batch.edge_offsets[graph]; !last_only && e < batch.edge_offsets[graph + 1];
             ++e) {
            const auto edge = static_cast<std::size_t>(e);
            const auto source = static_cast<std::size_t>(batch.sources()[edge] - offset);
            const auto target = static_cast<std::size_t>(batch.targets()[edge] - offset);
            add_row(x + source * width, width, sums + target * width);
        }
    }
};

/// Graph of a row of the data.
std::size_t graph_of(const StackData& data, std::size_t row) {
    return static_cast<std::size_t>(data.graph.empty() ? data.graphs->index[row] : data.graph[row]);
}

}  // namespace

HelpForward::HelpForward(const LayerStack& stack, std::span<const float> device)
    : cells_(stack.inputs().contains("nodes")) {
    for (const char* name : {"gc1", "gc2", "gc3", "gc4"}) {
        if (cells_)
            pack(stack, name);
    }
    for (const char* name : {"fc1", "fc2"}) {
        if (!cells_)
            pack(stack, name);
    }
    const std::size_t layers = body_.size();
    for (const char* name : {"fc_hw1", "fc_hw2", "fc3", "fc4", "fc5"})
        pack(stack, name);
    const Layer& first = body_[layers];
    const Layer& second = body_[layers + 1];
    const std::size_t units =
        static_cast<std::size_t>(stack.shape(tensor_number(stack, "fc_hw2.weight")).front());
    FloatBlock x(row_tile * padded(device.size()));
    std::ranges::copy(device, x.data());
    FloatBlock hidden(row_tile * first.width);
    FloatBlock out(row_tile * second.width);
    run(first, x.data(), padded(device.size()), row_tile, hidden.data());
    run(second, hidden.data(), first.width, row_tile, out.data());
    hardware_.assign(out.data(), out.data() + units);
    for (std::size_t i = layers + 2; i < body_.size(); ++i)
        head_.push_back(std::move(body_[i]));
    body_.resize(layers);
}

void HelpForward::pack(const LayerStack& stack, const std::string& name) {
    const std::size_t number = tensor_number(stack, name + ".weight");
    const std::vector<std::int64_t>& shape = stack.shape(number);
    const auto outputs = static_cast<std::size_t>(shape[0]);
    Layer layer{static_cast<std::size_t>(shape[1]), padded(outputs), FloatBlock(), FloatBlock()};
    layer.weight = FloatBlock(layer.inputs * layer.width);
    layer.bias = FloatBlock(layer.width);
    const std::span<const float> weight = stack.parameters().value(number);
    for (std::size_t out = 0; out < outputs; ++out) {
        for (std::size_t in = 0; in < layer.inputs; ++in)
            layer.weight.data()[in * layer.width + out] = weight[out * layer.inputs + in];
    }
    std::ranges::copy(stack.parameters().value(tensor_number(stack, name + ".bias")),
                      layer.bias.data());
    body_.push_back(std::move(layer));
}

void HelpForward::run(const Layer& layer, const float* x, std::size_t row_step, std::size_t m,
                      float* out, bool bounded) const {
    multiply({x, row_step, 1, layer.weight.data(), out, m, layer.inputs, layer.width,
              layer.bias.data(), bounded});
}

void HelpForward::read_cells(const StackData& data, std::size_t first, std::size_t m,
                             FloatBlock& out) const {
    const GraphBatch& batch = *data.graphs;
    const std::size_t features = batch.features();
    std::size_t nodes = 0;
    for (std::size_t i = 0; i < m; ++i)
        nodes += batch.width(graph_of(data, first + i)) + 1;
    std::size_t width = padded(features + 1);
    FloatBlock x(whole_tiles(nodes) * width);
    float* row = x.data();
    for (std::size_t i = 0; i < m; ++i) {
        const std::size_t graph = graph_of(data, first + i);
        const auto begin = static_cast<std::size_t>(batch.offsets[graph]);
        for (std::size_t node = 0; node < batch.width(graph); ++node, row += width)
            std::copy_n(batch.nodes.data() + (begin + node) * features, features, row);
        row[features] = 1;
        row += width;
    }
    for (std::size_t l = 0; l < body_.size(); ++l) {
        const bool last = l + 1 == body_.size();
        const std::size_t rows = whole_tiles(last ? m : nodes);
        FloatBlock sums(rows * width);
        const NodeSums summed{batch, width};
        const float* from = x.data();
        float* to = sums.data();
        for (std::size_t i = 0; i < m; ++i) {
            const std::size_t graph = graph_of(data, first + i);
            summed.add(graph, from, to, last);
            from += (batch.width(graph) + 1) * width;
            to += (last ? 1 : batch.width(graph) + 1) * width;
        }
        FloatBlock next(rows * body_[l].width);
        run(body_[l], sums.data(), width, rows, next.data());
        width = body_[l].width;
        x = std::move(next);
    }
    out = std::move(x);
}

void HelpForward::read_choices(const StackData& data, std::size_t first, std::size_t m,
                               FloatBlock& out) const {
    const std::size_t features = body_.front().inputs;
    const std::size_t width = padded(features);
    const std::size_t rows = whole_tiles(m);
    FloatBlock x(rows * width);
    const std::vector<float>& choices = data.inputs.at("architecture");
    for (std::size_t i = 0; i < m; ++i)
        std::copy_n(choices.data() + (first + i) * features, features, x.data() + i * width);
    FloatBlock hidden(rows * body_[0].width);
    run(body_[0], x.data(), width, rows, hidden.data());
    out = FloatBlock(rows * body_[1].width);
    run(body_[1], hidden.data(), body_[0].width, rows, out.data());
}

void HelpForward::add(const StackData& data, std::span<double> sums) const {
    const FlushDenormals flush;
    for (std::size_t first = 0; first < data.rows; first += at_once) {
        const std::size_t m = std::min(at_once, data.rows - first);
        const std::size_t rows = whole_tiles(m);
        FloatBlock read;
        if (cells_)
            read_cells(data, first, m, read);
        else
            read_choices(data, first, m, read);
        const std::size_t units = head_[0].inputs - hardware_.size();
        const std::size_t width = padded(head_[0].inputs);
        FloatBlock x(rows * width);
        for (std::size_t i = 0; i < m; ++i) {
            std::copy_n(read.data() + i * body_.back().width, units, x.data() + i * width);
            std::ranges::copy(hardware_, x.data() + i * width + units);
        }
        FloatBlock third(rows * head_[0].width);
        FloatBlock fourth(rows * head_[1].width);
        FloatBlock fifth(rows * head_[2].width);
        run(head_[0], x.data(), width, rows, third.data());
        run(head_[1], third.data(), head_[0].width, rows, fourth.data());
        run(head_[2], fourth.data(), head_[1].width, rows, fifth.data(), false);
        for (std::size_t i = 0; i < m; ++i)
            sums[first + i] += static_cast<double>(fifth.data()[i * head_[2].width]);
    }
}

}  // namespace latpred
