#include "kernels/memory_parts.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "graphs/checked.hpp"
#include "graphs/costs.hpp"

namespace latpred {
namespace {

constexpr std::array memory_part_table{
    MemoryPart{"weights", &MemoryParts::weights},
    MemoryPart{"embedded_weights", &MemoryParts::embedded_weights},
    MemoryPart{"conv_weights", &MemoryParts::conv_weights},
    MemoryPart{"product_weights", &MemoryParts::product_weights},
    MemoryPart{"largest_weight", &MemoryParts::largest_weight},
    MemoryPart{"inputs", &MemoryParts::inputs},
    MemoryPart{"outputs", &MemoryParts::outputs},
    MemoryPart{"fused", &MemoryParts::fused},
    MemoryPart{"in_place", &MemoryParts::in_place},
    MemoryPart{"separate", &MemoryParts::separate},
    MemoryPart{"copied", &MemoryParts::copied},
    MemoryPart{"reordered", &MemoryParts::reordered},
    MemoryPart{"columns", &MemoryParts::columns},
    MemoryPart{"scored", &MemoryParts::scored},
    MemoryPart{"written", &MemoryParts::written},
    MemoryPart{"operators", &MemoryParts::operators},
};

bool is_conv(TensorKind kind) {
    return kind == TensorKind::conv || kind == TensorKind::conv_transpose;
}

bool is_product(TensorKind kind) {
    return kind == TensorKind::matmul || kind == TensorKind::einsum;
}

/// How values get their memory.
enum class Storage : std::uint8_t { in_place, separate, copied };

/// Living bytes of a graph, operator by operator.
class MemoryTimeline {
  public:
    MemoryTimeline(const TensorGraph& graph, Storage storage);

    /// Living bytes during each operator.
    [[nodiscard]] const std::vector<std::int64_t>& living() const { return living_; }

  private:
    struct Block {
        int tensor = -1;
        int first = 0;
        int last = 0;
    };

    [[nodiscard]] int place_of(int number) const {
        const int base = storage_ == Storage::copied ? number : graph_.tensor(number).base;
        return base;
    }
    void read(int number, int when);
    void write(const TensorOp& op, int when);
    [[nodiscard]] int dying_input(const TensorOp& op, int output, int when) const;
    void add_up();

    const TensorGraph& graph_;
    Storage storage_;
    std::vector<int> last_read_;  ///< by number of tensor; -1: nothing reads it
    std::vector<int> block_of_;   ///< by number of tensor; -1: none
    std::vector<Block> blocks_;
    std::vector<std::int64_t> living_;
};

MemoryTimeline::MemoryTimeline(const TensorGraph& graph, Storage storage)
    : graph_(graph), storage_(storage), living_(graph.ops().size() + 1) {
    const int end = static_cast<int>(graph.ops().size());
    for (int when = 0; when < end; ++when)
        for (const int number : graph.ops()[static_cast<std::size_t>(when)].inputs)
            read(number, when);
    for (const auto& [name, number] : graph.outputs())
        read(number, end);
    const auto begin = [&](int number, int when, int last) {
        const auto place = static_cast<std::size_t>(place_of(number));
        block_of_.resize(std::max(block_of_.size(), place + 1), -1);
        block_of_[place] = static_cast<int>(blocks_.size());
        blocks_.push_back({place_of(number), when, last});
    };
    for (const int number : graph.inputs())
        begin(number, 0, end);
    for (int when = 0; when < end; ++when) {
        const TensorOp& op = graph.ops()[static_cast<std::size_t>(when)];
        for (const int number : op.outputs) {
            if (place_of(number) != number)
                continue;
            last_read_.resize(std::max(last_read_.size(), static_cast<std::size_t>(number) + 1),
                              -1);
            const int last = std::max(last_read_[static_cast<std::size_t>(number)], when);
            const int block = storage_ == Storage::in_place ? dying_input(op, number, when) : -1;
            if (block < 0) {
                begin(number, when, last);
                continue;
            }
            blocks_[static_cast<std::size_t>(block)].last = last;
            block_of_.resize(std::max(block_of_.size(), static_cast<std::size_t>(number) + 1), -1);
            block_of_[static_cast<std::size_t>(number)] = block;
        }
    }
    add_up();
}

void MemoryTimeline::read(int number, int when) {
    const auto place = static_cast<std::size_t>(place_of(number));
    last_read_.resize(std::max(last_read_.size(), place + 1), -1);
    last_read_[place] = std::max(last_read_[place], when);
}

/// The memory of an input that the operator may overwrite: of equal size, read for the last time,
/// and not the caller's. -1 where there is none.
int MemoryTimeline::dying_input(const TensorOp& op, int output, int when) const {
    if (work_of(op.kind) != TensorWork::pointwise)
        return -1;
    const std::int64_t bytes = graph_.tensor(output).bytes();
    for (const int number : op.inputs) {
        const auto place = static_cast<std::size_t>(place_of(number));
        const Tensor& from = graph_.tensor(place_of(number));
        if (from.role != TensorRole::computed || place >= block_of_.size() || block_of_[place] < 0)
            continue;
        const int block = block_of_[place];
        if (blocks_[static_cast<std::size_t>(block)].last == when && from.bytes() == bytes)
            return block;
    }
    return -1;
}

void MemoryTimeline::add_up() {
    std::vector<std::int64_t> change(living_.size() + 1);
    for (const Block& block : blocks_) {
        const std::int64_t bytes = graph_.tensor(block.tensor).bytes();
        std::int64_t& begins = change[static_cast<std::size_t>(block.first)];
        begins = plus(begins, bytes);
        std::int64_t& ends = change[static_cast<std::size_t>(block.last) + 1];
        ends = plus(ends, -bytes);
    }
    std::int64_t live = 0;
    for (std::size_t when = 0; when < living_.size(); ++when) {
        live = plus(live, change[when]);
        living_[when] = live;
    }
}

std::int64_t moved_bytes(const TensorGraph& graph, const std::vector<int>& tensors) {
    std::int64_t bytes = 0;
    for (const int number : tensors)
        bytes = plus(bytes, graph.tensor(number).fixed() ? 0 : graph.tensor(number).bytes());
    return bytes;
}

std::int64_t bytes_of(const TensorGraph& graph, const TensorOp& op, std::int64_t values) {
    return plus(times(values, graph.tensor(op.outputs.front()).bits), 7) / 8;
}

/// What a convolution spreads of one image and one group.
std::int64_t column_bytes(const TensorGraph& graph, const TensorOp& op) {
    if (!is_conv(op.kind))
        return 0;
    const auto& kernel = graph.tensor(op.inputs[1]).sizes;
    const bool transposed = op.kind == TensorKind::conv_transpose;
    const auto& plane = graph.tensor(transposed ? op.inputs[0] : op.outputs[0]).sizes;
    const auto is_one = [](std::int64_t size) { return size == 1; };
    if (!transposed && std::all_of(kernel.begin() + 2, kernel.end(), is_one))
        return 0;
    std::int64_t values = 1;
    for (std::size_t axis = 1; axis < kernel.size(); ++axis)
        values = times(values, kernel[axis]);
    for (std::size_t axis = 2; axis < plane.size(); ++axis)
        values = times(values, plane[axis]);
    return bytes_of(graph, op, values);
}

/// The scores of attention before and after the softmax.
std::int64_t score_bytes(const TensorGraph& graph, const TensorOp& op) {
    if (op.kind != TensorKind::attention)
        return 0;
    const auto& query = graph.tensor(op.inputs[0]).sizes;
    const auto& keys = graph.tensor(op.inputs[1]).sizes;
    std::int64_t values = times(2, keys[keys.size() - 2]);
    for (std::size_t axis = 0; axis + 1 < query.size(); ++axis)
        values = times(values, query[axis]);
    return bytes_of(graph, op, values);
}

using Workspace = std::function<std::int64_t(const TensorOp&)>;

double peak_with(const TensorGraph& graph, const MemoryTimeline& timeline,
                 const Workspace& workspace) {
    const std::vector<std::int64_t>& living = timeline.living();
    std::int64_t peak = living.back();
    for (std::size_t when = 0; when < graph.ops().size(); ++when)
        peak = std::max(peak, plus(living[when], workspace(graph.ops()[when])));
    return static_cast<double>(peak);
}

/// Counts what is known before the run, each number once.
class WeightCounter {
  public:
    explicit WeightCounter(const TensorGraph& graph) : graph_(graph) {}

    /// Bytes behind a tensor that are not counted yet.
    double claim(int number) {
        double bytes = 0;
        std::vector<int> open{number};
        while (!open.empty()) {
            const int next = open.back();
            open.pop_back();
            seen_.resize(std::max(seen_.size(), static_cast<std::size_t>(next) + 1));
            if (seen_[static_cast<std::size_t>(next)])
                continue;
            seen_[static_cast<std::size_t>(next)] = true;
            const Tensor& one = graph_.tensor(next);
            if (!one.fixed())
                continue;
            if (one.made_of.empty()) {
                bytes += static_cast<double>(one.bytes());
                largest_ = std::max(largest_, static_cast<double>(one.bytes()));
            }
            open.insert(open.end(), one.made_of.begin(), one.made_of.end());
        }
        return bytes;
    }
    [[nodiscard]] double largest() const { return largest_; }

  private:
    const TensorGraph& graph_;
    std::vector<bool> seen_;
    double largest_ = 0;
};

void count_weights(const TensorGraph& graph, MemoryParts& parts) {
    WeightCounter counter(graph);
    for (const TensorOp& op : graph.ops()) {
        double bytes = 0;
        for (const int number : op.inputs)
            bytes += counter.claim(number);
        parts.weights += bytes;
        parts.conv_weights += is_conv(op.kind) ? bytes : 0;
        parts.product_weights += is_product(op.kind) ? bytes : 0;
    }
    parts.largest_weight = counter.largest();
}

}  // namespace

std::span<const MemoryPart> memory_part_list() {
    return memory_part_table;
}

MemoryParts memory_parts(const TensorGraph& graph, bool embedded) {
    MemoryParts parts;
    count_weights(graph, parts);
    parts.embedded_weights = embedded ? parts.weights : 0;
    for (const int number : graph.inputs())
        parts.inputs += static_cast<double>(graph.tensor(number).bytes());
    for (const auto& [name, number] : graph.outputs())
        parts.outputs += static_cast<double>(graph.tensor(number).bytes());
    parts.fused = static_cast<double>(costs_of(graph).peak_bytes);
    const Workspace nothing = [](const TensorOp& /*op*/) { return std::int64_t{0}; };
    const MemoryTimeline separate(graph, Storage::separate);
    parts.in_place = peak_with(graph, MemoryTimeline(graph, Storage::in_place), nothing);
    parts.separate = peak_with(graph, separate, nothing);
    parts.copied = peak_with(graph, MemoryTimeline(graph, Storage::copied), nothing);
    parts.reordered = peak_with(graph, separate, [&](const TensorOp& op) {
        const bool lays_out = is_conv(op.kind) || is_product(op.kind);
        return lays_out ? plus(moved_bytes(graph, op.inputs), moved_bytes(graph, op.outputs)) : 0;
    });
    parts.columns =
        peak_with(graph, separate, [&](const TensorOp& op) { return column_bytes(graph, op); });
    parts.scored =
        peak_with(graph, separate, [&](const TensorOp& op) { return score_bytes(graph, op); });
    for (const TensorOp& op : graph.ops())
        for (const int number : op.outputs)
            if (graph.tensor(number).base == number)
                parts.written += static_cast<double>(graph.tensor(number).bytes());
    parts.operators = static_cast<double>(graph.ops().size());
    return parts;
}

}  // namespace latpred
