#include "graphs/parts.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/graph_builder.hpp"

namespace latpred {
namespace {

std::string size_text(const Shape& shape) {
    return message(shape.height, "x", shape.width, "x", shape.channels);
}

std::string window_text(const Window& w) {
    std::string text = message(w.kernel_h, "x", w.kernel_w);
    if (w.stride != 1)
        text += message("s", w.stride);
    if (w.dilation != 1)
        text += message("d", w.dilation);
    if (w.groups != 1)
        text += message("g", w.groups);
    const bool same = w.pad_top == w.pad_left && w.pad_top == w.pad_bottom &&
                      w.pad_top == w.pad_right && w.kernel_h == w.kernel_w;
    if (!same || w.pad_top != w.dilation * (w.kernel_h - 1) / 2)
        text += message("p", w.pad_top, ".", w.pad_left, ".", w.pad_bottom, ".", w.pad_right);
    return text;
}

/// What an operator does, without its input.
std::string op_text(const Op& op) {
    switch (op.kind) {
    case OpKind::conv:
        return message("conv", window_text(op.window), op.bias ? "b" : "", ":",
                       size_text(op.shape));
    case OpKind::activation:
        return std::string(to_string(op.activation));
    case OpKind::batch_norm:
        return "bn";
    case OpKind::linear:
        return message("linear", op.bias ? "b" : "", ":", op.shape.channels);
    case OpKind::avg_pool:
    case OpKind::max_pool:
        return message(to_string(op.kind), window_text(op.window),
                       op.kind == OpKind::avg_pool && !op.count_include_pad ? "x" : "", ":",
                       size_text(op.shape));
    case OpKind::channel_shuffle:
        return message("shuffle", op.window.groups);
    default:
        return message(to_string(op.kind), ":", size_text(op.shape));
    }
}

bool runs_kernel(const OpGraph& graph, const Part& part) {
    return std::any_of(graph.ops.begin() + static_cast<std::ptrdiff_t>(part.begin),
                       graph.ops.begin() + static_cast<std::ptrdiff_t>(part.end), [](const Op& op) {
                           return op.kind != OpKind::flatten && op.kind != OpKind::identity;
                       });
}

}  // namespace

PartSize part_size(std::string_view name) {
    if (name == "block")
        return PartSize::block;
    if (name == "layer")
        return PartSize::layer;
    throw ConfigError(message("parts by '", name, "', 'block' or 'layer' expected"));
}

std::string place_of(const Op& op, PartSize size) {
    std::string prefix = op.part.substr(0, op.part.find('.'));
    if (op.unit < 0)
        return prefix;
    std::string place = message("u", op.unit);
    if (op.layer >= 0)
        place += message(".l", op.layer);
    return size == PartSize::block ? place : place + "." + prefix;
}

std::vector<Part> parts_of(const OpGraph& graph, PartSize size) {
    std::vector<Part> parts;
    std::map<std::string, int> met;
    for (std::size_t begin = 0; begin < graph.ops.size();) {
        Part part{begin, begin + 1, place_of(graph.ops[begin], size)};
        while (part.end < graph.ops.size() && place_of(graph.ops[part.end], size) == part.place)
            ++part.end;
        begin = part.end;
        if (graph.ops[part.begin].kind == OpKind::input || !runs_kernel(graph, part))
            continue;
        const int times = ++met[part.place];
        if (times > 1)
            part.place += message("#", times);
        parts.push_back(std::move(part));
    }
    return parts;
}

OpGraph part_graph(const OpGraph& graph, const Part& part) {
    OpGraph result;
    Op input;
    input.kind = OpKind::input;
    input.part = "input";
    result.ops.push_back(input);
    const auto first = static_cast<int>(part.begin);
    bool connected = false;
    for (std::size_t i = part.begin; i < part.end; ++i) {
        Op op = graph.ops[i];
        const std::span<const int> from = graph.inputs_of(op);
        op.first_input = static_cast<int>(result.inputs.size());
        for (const int source : from) {
            result.inputs.push_back(source < first ? 0 : source - first + 1);
            if (source >= first)
                continue;
            const Shape& shape = graph.ops[static_cast<std::size_t>(source)].shape;
            if (connected && shape != result.ops.front().shape) {
                throw ConfigError(message("part '", part.place, "' reads values of ",
                                          size_text(result.ops.front().shape), " and ",
                                          size_text(shape),
                                          " from outside: one shape expected, so it has no "
                                          "network of its own"));
            }
            result.ops.front().shape = shape;
            connected = true;
        }
        result.ops.push_back(std::move(op));
    }
    result.group_count = assign_groups(result);
    return result;
}

std::string graph_key(const OpGraph& graph) {
    std::string key = size_text(graph.input_shape());
    for (std::size_t i = 1; i < graph.ops.size(); ++i) {
        const Op& op = graph.ops[i];
        key += " " + op_text(op);
        const std::span<const int> from = graph.inputs_of(op);
        if (from.size() != 1 || from.front() != static_cast<int>(i) - 1)
            key += "@" + join(std::vector<int>(from.begin(), from.end()), ".");
    }
    return key;
}

}  // namespace latpred
