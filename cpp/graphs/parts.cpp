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
    if (w.across() != w.stride)
        text += message("x", w.across());
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

/// Of the kinds that attention needs, and of those that make planes larger.
std::string wider_text(const Op& op) {
    std::string kind(to_string(op.kind));
    switch (op.kind) {
    case OpKind::matmul:
        return message(kind, op.transpose_b ? "t" : "", ":", size_text(op.shape));
    case OpKind::softmax:
        return message(kind, op.axis);
    case OpKind::layer_norm:
        return message(kind, op.axes, op.bias ? "b" : "");
    case OpKind::embedding:
        return message(kind, op.vocabulary, ":", size_text(op.shape));
    case OpKind::transpose:
        return message(kind, join(op.permutation, "."));
    case OpKind::scale:
        return kind;
    case OpKind::conv_transpose:
        return message(kind, window_text(op.window), op.bias ? "b" : "", ":", size_text(op.shape));
    case OpKind::upsample:
        return message(to_string(op.interpolation), ":", size_text(op.shape));
    case OpKind::pad:
        return message(to_string(op.border), window_text(op.window), ":", size_text(op.shape));
    default:
        return message(kind, ":", size_text(op.shape));
    }
}

/// What an operator does, without its input.
std::string op_text(const Op& op) {
    switch (op.kind) {
    case OpKind::conv:
        return message("conv", window_text(op.window), op.bias ? "b" : "", ":",
                       size_text(op.shape));
    case OpKind::concat:
        return message("concat", op.axis > 0 ? message(op.axis) : "", ":", size_text(op.shape));
    case OpKind::activation:
        return std::string(to_string(op.activation));
    case OpKind::batch_norm:
        return "bn";
    case OpKind::linear:
        return message("linear", op.bias ? "b" : "", ":",
                       op.shape.flat() ? message(op.shape.channels) : size_text(op.shape));
    case OpKind::avg_pool:
    case OpKind::max_pool:
        return message(to_string(op.kind), window_text(op.window),
                       op.kind == OpKind::avg_pool && !op.count_include_pad ? "x" : "", ":",
                       size_text(op.shape));
    case OpKind::channel_shuffle:
        return message("shuffle", op.window.groups);
    default:
        return wider_text(op);
    }
}

bool runs_kernel(const OpGraph& graph, const Part& part) {
    return std::any_of(graph.ops.begin() + static_cast<std::ptrdiff_t>(part.begin),
                       graph.ops.begin() + static_cast<std::ptrdiff_t>(part.end),
                       [](const Op& op) { return !costs_no_kernel(op.kind); });
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

namespace {

/// Takes operators over from a graph into one of their own.
class Cut {
  public:
    Cut(const OpGraph& graph, const Part& part)
        : graph_(graph), part_(part), number_(graph.ops.size(), -1) {
        Op input;
        input.kind = OpKind::input;
        input.part = "input";
        input.shape = graph.input_shape();
        result_.ops.push_back(input);
    }

    void take(std::size_t i) {
        Op op = graph_.ops[i];
        std::vector<int> from;
        for (const int source : graph_.inputs_of(op))
            from.push_back(number_of(static_cast<std::size_t>(source)));
        op.first_input = static_cast<int>(result_.inputs.size());
        result_.inputs.insert(result_.inputs.end(), from.begin(), from.end());
        number_[i] = static_cast<int>(result_.ops.size());
        result_.ops.push_back(std::move(op));
    }

    OpGraph finish() && {
        result_.group_count = assign_groups(result_);
        return std::move(result_);
    }

  private:
    int number_of(std::size_t source) {
        const Op& op = graph_.ops[source];
        if (number_[source] < 0 && op.kind == OpKind::parameter)
            take(source);
        return number_[source] >= 0 ? number_[source] : read_from_outside(op.shape);
    }

    int read_from_outside(const Shape& shape) {
        Shape& known = result_.ops.front().shape;
        if (connected_ && shape != known) {
            throw ConfigError(message("part '", part_.place, "' reads values of ", size_text(known),
                                      " and ", size_text(shape),
                                      " from outside: one shape expected, so it has no network of "
                                      "its own"));
        }
        known = shape;
        connected_ = true;
        return 0;
    }

    const OpGraph& graph_;
    const Part& part_;
    std::vector<int> number_;  ///< in the result, of each operator taken
    bool connected_ = false;
    OpGraph result_;
};

}  // namespace

OpGraph part_graph(const OpGraph& graph, const Part& part) {
    Cut cut(graph, part);
    for (std::size_t i = part.begin; i < part.end; ++i)
        cut.take(i);
    return std::move(cut).finish();
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
