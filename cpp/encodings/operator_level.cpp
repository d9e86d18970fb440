#include "encodings/operator_level.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/index.hpp"
#include "encodings/encoding.hpp"
#include "graphs/checked.hpp"
#include "graphs/costs.hpp"

namespace latpred {
namespace {

/// Behind kind and activation: numbers that enter by their logarithm, then the flag.
constexpr std::array<std::string_view, 17> operator_facts{
    "log_channels_in", "log_height_in", "log_width_in",      "log_channels",     "log_height",
    "log_width",       "log_inputs",    "log_kernel_height", "log_kernel_width", "log_stride",
    "log_dilation",    "log_groups",    "log_macs",          "log_params",       "log_bytes",
    "log_elements",    "starts_kernel"};
constexpr std::size_t head_numbers = 2;  // kind, activation

std::array<std::int64_t, operator_facts.size()> facts_of(const OpGraph& graph, const Op& op,
                                                         bool starts_kernel) {
    const Shape in = op.input_count > 0 ? graph.input_shape(op) : Shape{0, 0, 0};
    const OperatorWork work = work_of(graph, op);
    const Window& window = op.window;
    return {in.channels,
            in.height,
            in.width,
            op.shape.channels,
            op.shape.height,
            op.shape.width,
            op.input_count,
            window.kernel_h,
            window.kernel_w,
            window.stride,
            window.dilation,
            window.groups,
            work.macs,
            work.params,
            work.bytes,
            op.shape.elements(),
            starts_kernel ? 1 : 0};
}

}  // namespace

OperatorWork work_of(const OpGraph& graph, const Op& op) {
    OperatorWork work{macs_of(graph, op), params_of(graph, op), 0};
    std::int64_t values = plus(weights_read_of(graph, op), op.shape.elements());
    for (const int source : graph.inputs_of(op))
        values = plus(values, graph.ops[as_index(source)].shape.elements());
    work.bytes = times(values, bytes_per_value);
    return work;
}

std::vector<bool> kernel_starts(const OpGraph& graph) {
    std::vector<bool> started(as_index(graph.group_count), false);
    std::vector<bool> starts;
    starts.reserve(graph.ops.size());
    for (const Op& op : graph.ops) {
        const bool first = op.group >= 0 && !started[as_index(op.group)];
        if (first)
            started[as_index(op.group)] = true;
        starts.push_back(first);
    }
    return starts;
}

std::vector<std::string> OperatorLevel::feature_names() const {
    std::vector<std::string> names;
    for (const std::string_view kind : op_kind_names())
        names.push_back(std::string("kind=").append(kind));
    for (const std::string_view function : activation_names())
        names.push_back(std::string("activation=").append(function));
    names.insert(names.end(), operator_facts.begin(), operator_facts.end());
    return names;
}

std::size_t OperatorLevel::numbers() const {
    return head_numbers + operator_facts.size();
}

void OperatorLevel::features(std::span<const std::int64_t> numbers, std::span<float> out) const {
    std::ranges::fill(out, 0.0F);
    const std::size_t kinds = op_kind_names().size();
    out[static_cast<std::size_t>(numbers[0])] = 1.0F;
    if (static_cast<OpKind>(numbers[0]) == OpKind::activation)
        out[kinds + static_cast<std::size_t>(numbers[1])] = 1.0F;
    const std::span<float> rest = out.subspan(kinds + activation_names().size());
    for (std::size_t i = 0; i + 1 < operator_facts.size(); ++i)
        rest[i] = static_cast<float>(std::log1p(static_cast<double>(numbers[head_numbers + i])));
    rest.back() = static_cast<float>(numbers.back());
}

GraphDrawing OperatorLevel::draw(const OpGraph& graph, std::span<const GeneValue> /*row*/) const {
    GraphDrawing drawing;
    drawing.numbers.reserve(graph.ops.size() * numbers());
    const std::vector<bool> starts = kernel_starts(graph);
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        const Op& op = graph.ops[i];
        drawing.numbers.push_back(static_cast<std::int64_t>(op.kind));
        drawing.numbers.push_back(static_cast<std::int64_t>(op.activation));
        const auto facts = facts_of(graph, op, starts[i]);
        drawing.numbers.insert(drawing.numbers.end(), facts.begin(), facts.end());
        drawing.names.push_back(op.name());
        const std::size_t before = drawing.edges.size();
        for (const int source : graph.inputs_of(op))
            drawing.edges.emplace_back(static_cast<std::int32_t>(i), source);
        const auto own = std::ranges::subrange(
            drawing.edges.begin() + static_cast<std::ptrdiff_t>(before), drawing.edges.end());
        std::ranges::sort(own);
        const auto repeated = std::ranges::unique(own);
        drawing.edges.erase(repeated.begin(), repeated.end());
    }
    return drawing;
}

}  // namespace latpred
