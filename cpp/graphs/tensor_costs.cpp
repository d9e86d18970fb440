// What the kernels of a graph of tensors read, write and keep alive.
#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "graphs/checked.hpp"
#include "graphs/tensor_reads.hpp"

namespace latpred {
namespace {

/// Of tables only what is picked is read.
std::int64_t bytes_read(const TensorGraph& graph, const TensorOp& op, std::size_t which) {
    const Tensor& from = graph.tensor(op.inputs[which]);
    const bool picks = op.kind == TensorKind::embedding || op.kind == TensorKind::gather;
    if (which > 0 || !picks)
        return from.bytes();
    const std::int64_t values = graph.tensor(op.outputs.front()).elements();
    return std::min(from.bytes(), plus(times(values, from.bits), 7) / 8);
}

}  // namespace

std::vector<TensorRead> reads_of(const TensorGraph& graph) {
    std::vector<TensorRead> all;
    for (const TensorOp& op : graph.ops()) {
        if (op.kernel < 0)
            continue;
        for (std::size_t i = 0; i < op.inputs.size(); ++i) {
            const Tensor& from = graph.tensor(op.inputs[i]);
            const bool own = graph.kernel_of(op.inputs[i]) == op.kernel;
            if (own || (from.fixed() && from.elements() <= 1))
                continue;
            all.push_back({op.kernel, from.base, bytes_read(graph, op, i)});
        }
    }
    std::ranges::sort(all, {},
                      [](const TensorRead& read) { return std::pair(read.kernel, read.base); });
    std::vector<TensorRead> merged;
    for (const TensorRead& read : all) {
        if (merged.empty() || merged.back().kernel != read.kernel ||
            merged.back().base != read.base)
            merged.push_back({read.kernel, read.base, 0});
        merged.back().bytes =
            std::min(plus(merged.back().bytes, read.bytes), graph.tensor(read.base).bytes());
    }
    return merged;
}

namespace {

/// First and last kernel during which each tensor's memory is alive; last -1 where nothing reads
/// it.
struct Lives {
    std::vector<std::pair<int, int>> inputs;    ///< tensor, last
    std::vector<std::pair<int, int>> computed;  ///< tensor, last
};

Lives lives_of(const TensorGraph& graph, std::span<const TensorRead> reads) {
    std::vector<std::pair<int, int>> ends;  // tensor, kernel
    for (const TensorRead& read : reads)
        ends.emplace_back(read.base, read.kernel);
    for (const auto& [name, number] : graph.outputs())
        ends.emplace_back(graph.tensor(number).base, graph.kernels());
    for (const int number : graph.inputs())
        ends.emplace_back(number, 0);
    std::ranges::sort(ends);
    Lives lives;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (i + 1 < ends.size() && ends[i + 1].first == ends[i].first)
            continue;
        const Tensor& tensor = graph.tensor(ends[i].first);
        if (tensor.role == TensorRole::input)
            lives.inputs.push_back(ends[i]);
        else if (tensor.role == TensorRole::computed)
            lives.computed.push_back(ends[i]);
    }
    return lives;
}

std::int64_t peak_of(const TensorGraph& graph, const Lives& lives) {
    std::vector<std::int64_t> change(static_cast<std::size_t>(graph.kernels()) + 2);
    const auto alive = [&](int number, int first, int last) {
        const std::int64_t bytes = graph.tensor(number).bytes();
        change[static_cast<std::size_t>(first)] =
            plus(change[static_cast<std::size_t>(first)], bytes);
        std::int64_t& after = change[static_cast<std::size_t>(last) + 1];
        after = plus(after, -bytes);
    };
    for (const auto& [number, last] : lives.inputs)
        alive(number, 0, last);
    for (const auto& [number, last] : lives.computed)
        alive(number, std::max(graph.kernel_of(number), 0), last);
    std::int64_t peak = 0;
    std::int64_t live = 0;
    for (const std::int64_t each : change) {
        live = plus(live, each);
        peak = std::max(peak, live);
    }
    return peak;
}

}  // namespace

Costs costs_of(const TensorGraph& graph) {
    Costs costs;
    for (const TensorOp& op : graph.ops()) {
        costs.macs = plus(costs.macs, op.macs);
        costs.params = plus(costs.params, op.params);
    }
    const std::vector<TensorRead> reads = reads_of(graph);
    const Lives lives = lives_of(graph, reads);
    for (const TensorRead& read : reads)
        costs.bytes = plus(costs.bytes, read.bytes);
    for (const auto& [number, last] : lives.computed)
        costs.bytes = plus(costs.bytes, graph.tensor(number).bytes());
    costs.peak_bytes = peak_of(graph, lives);
    costs.kernels = graph.kernels();
    return costs;
}

}  // namespace latpred
