#include "graphs/checked_graph.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/graph_builder.hpp"

namespace latpred {
namespace {

[[noreturn]] void refuse(std::size_t row, std::string_view field, const std::string& why) {
    throw ConfigError(message(row_text(row, field), ": ", why));
}

/// The name within the place that the row says.
std::string part_of(std::size_t row, const OpRow& given) {
    Op nameless = given.op;
    nameless.part.clear();
    const std::string prefix = nameless.name();
    if (given.name.size() <= prefix.size() || !given.name.starts_with(prefix)) {
        refuse(row, "name",
               message("'", excerpt(given.name), "', one that begins with '", prefix,
                       "' and goes on expected"));
    }
    return given.name.substr(prefix.size());
}

void check_inputs(std::size_t row, const OpRow& given, std::size_t rows) {
    const OpKind kind = given.op.kind;
    const bool none = kind == OpKind::input || kind == OpKind::parameter;
    const bool two = kind == OpKind::multiply || kind == OpKind::matmul;
    const bool any = kind == OpKind::add || kind == OpKind::concat;
    const std::size_t count = given.inputs.size();
    if (any ? count == 0 : count != (none ? 0U : two ? 2U : 1U)) {
        refuse(row, "inputs",
               message(count, " of kind ", to_string(kind), ", ",
                       any    ? "at least 1"
                       : none ? "none"
                       : two  ? "2"
                              : "1",
                       " expected"));
    }
    for (const int source : given.inputs) {
        if (source >= 0 && static_cast<std::size_t>(source) < row)
            continue;
        const bool later = source >= 0 && static_cast<std::size_t>(source) < rows;
        refuse(row, "inputs",
               message("operator ", source,
                       later ? " comes no earlier: the graph has a cycle or its rows are not in "
                               "execution order"
                             : " is none of the table's",
                       "; numbers of earlier rows expected"));
    }
}

void check_numbers(std::size_t row, const Op& op) {
    if (!std::isfinite(op.eps) || op.eps < 0)
        refuse(row, "eps", message(op.eps, ", a finite number of at least 0 expected"));
    if (op.unit < -1 || op.layer < -1)
        refuse(row, op.unit < -1 ? "unit" : "layer", "at least -1 expected");
    try {
        check_window(op.window);
    } catch (const ConfigError& error) {
        refuse(row, "kernel", error.what());
    }
}

int append_wider(GraphBuilder& g, const Op& op, std::span<const int> from, std::string part) {
    switch (op.kind) {
    case OpKind::matmul:
        return g.matmul(from[0], from[1], op.transpose_b, std::move(part));
    case OpKind::softmax:
        return g.softmax(from[0], op.axis, std::move(part));
    case OpKind::layer_norm:
        return g.layer_norm(from[0], op.axes, op.bias, op.eps, std::move(part));
    case OpKind::embedding:
        return g.embedding(from[0], op.vocabulary, op.shape.width, std::move(part));
    case OpKind::reshape:
        return g.reshape(from[0], op.shape, std::move(part));
    case OpKind::transpose:
        return g.transpose(from[0], op.permutation, std::move(part));
    case OpKind::scale:
        return g.scale(from[0], op.value, std::move(part));
    case OpKind::conv_transpose:
        return g.conv_transpose(from[0], op.shape.channels, op.window, op.output_padding, op.bias,
                                std::move(part));
    case OpKind::upsample:
        return g.upsample(from[0], op.shape.height, op.shape.width, op.interpolation,
                          std::move(part));
    case OpKind::pad:
        return g.pad(from[0], op.window, op.border, op.value, std::move(part));
    default:
        return g.parameter(op.shape, std::move(part));
    }
}

int append_as(GraphBuilder& g, const Op& op, std::span<const int> from, std::string part) {
    switch (op.kind) {
    case OpKind::input:
        return g.input(op.shape, std::move(part));
    case OpKind::conv:
        return g.conv(from[0], op.shape.channels, op.window, op.bias, std::move(part));
    case OpKind::batch_norm:
        return g.batch_norm(from[0], op.eps, std::move(part));
    case OpKind::activation:
        return g.activation(from[0], op.activation, std::move(part));
    case OpKind::add:
        return g.add(from, std::move(part));
    case OpKind::multiply:
        return g.multiply(from[0], from[1], std::move(part));
    case OpKind::concat:
        return g.concat(from, std::move(part), op.axis);
    case OpKind::channel_shuffle:
        return g.channel_shuffle(from[0], op.window.groups, std::move(part));
    case OpKind::crop:
        return g.crop(from[0], op.shape.channels, op.window, std::move(part));
    case OpKind::avg_pool:
        return g.avg_pool(from[0], op.window, op.ceil_mode, op.count_include_pad, std::move(part));
    case OpKind::max_pool:
        return g.max_pool(from[0], op.window, op.ceil_mode, std::move(part));
    case OpKind::global_pool:
        return g.global_pool(from[0], std::move(part));
    case OpKind::linear:
        return g.linear(from[0], g.shape(from[0]).flat() ? op.shape.channels : op.shape.width,
                        op.bias, std::move(part));
    case OpKind::flatten:
        return g.flatten(from[0], std::move(part));
    case OpKind::identity:
        return g.identity(from[0], std::move(part));
    case OpKind::zero:
        return g.zero(from[0], op.shape.channels, op.window.stride, std::move(part));
    default:
        return append_wider(g, op, from, std::move(part));
    }
}

/// The field in which an operator differs from what was built of it; "" where in none.
std::string_view difference(const Op& a, const Op& b) {
    const Window& v = a.window;
    const Window& w = b.window;
    const auto pads = [](const Window& x) {
        return std::array{x.pad_top, x.pad_left, x.pad_bottom, x.pad_right};
    };
    const std::pair<bool, std::string_view> fields[] = {
        {a.shape == b.shape, "shape"},
        {a.activation == b.activation, "activation"},
        {v.kernel_h == w.kernel_h && v.kernel_w == w.kernel_w, "kernel"},
        {v.stride == w.stride, "stride"},
        {v.stride_w == w.stride_w, "stride_w"},
        {pads(v) == pads(w), "padding"},
        {v.dilation == w.dilation, "dilation"},
        {v.groups == w.groups, "groups"},
        {a.bias == b.bias, "bias"},
        {a.eps == b.eps, "eps"},
        {a.ceil_mode == b.ceil_mode, "ceil_mode"},
        {a.count_include_pad == b.count_include_pad, "count_include_pad"},
        {a.transpose_b == b.transpose_b, "transpose_b"},
        {a.border == b.border, "border"},
        {a.interpolation == b.interpolation, "interpolation"},
        {a.axis == b.axis, "axis"},
        {a.axes == b.axes, "axes"},
        {a.vocabulary == b.vocabulary, "vocabulary"},
        {a.permutation == b.permutation, "permutation"},
        {a.output_padding == b.output_padding, "output_padding"},
        {a.value == b.value, "value"},
    };
    const auto* const found =
        std::ranges::find(fields, false, &std::pair<bool, std::string_view>::first);
    return found == std::end(fields) ? std::string_view() : found->second;
}

}  // namespace

std::string row_text(std::size_t row, std::string_view field) {
    return message("row ", row, ", field '", excerpt(field), "'");
}

void check_window(const Window& w) {
    const std::array<int, 4> padding{w.pad_top, w.pad_left, w.pad_bottom, w.pad_right};
    const std::array<int, 2> kernel{w.kernel_h, w.kernel_w};
    if (std::ranges::min(padding) < 0 || std::ranges::min(kernel) < 0 || w.stride < 1 ||
        w.stride_w < 0 || w.dilation < 1 || w.groups < 1) {
        throw ConfigError(message("window: kernel ", join(kernel), ", stride ", w.stride,
                                  ", padding ", join(padding), ", dilation ", w.dilation,
                                  ", groups ", w.groups,
                                  "; kernel and padding >= 0, the others >= 1 expected"));
    }
}

OpGraph checked_graph(std::span<const OpRow> rows) {
    if (rows.empty())
        throw ConfigError("graph: a table without rows, at least that of the input expected");
    GraphBuilder builder;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const OpRow& row = rows[i];
        const OpKind kind = row.op.kind;
        if ((kind == OpKind::input) != (i == 0)) {
            refuse(i, "kind",
                   message("'", to_string(kind), "', the input as the first row and only there",
                           " expected"));
        }
        check_inputs(i, row, rows.size());
        check_numbers(i, row.op);
        builder.place(row.op.unit, row.op.layer);
        try {
            append_as(builder, row.op, row.inputs, part_of(i, row));
        } catch (const ConfigError& error) {
            const std::string_view text = error.what();
            if (text.starts_with("row "))
                throw;
            throw ConfigError(message("row ", i, ": ", text));
        }
        const std::string_view field = difference(row.op, builder.op(static_cast<int>(i)));
        if (!field.empty()) {
            refuse(i, field,
                   message("not what operator '", excerpt(row.name), "' of kind ", to_string(kind),
                           " has with these inputs and attributes"));
        }
    }
    return std::move(builder).build();
}

int input_vocabulary(const OpGraph& graph) {
    int least = 0;
    for (const Op& op : graph.ops) {
        if (op.kind != OpKind::embedding)
            continue;
        const Op* source = &op;
        do {
            source = &graph.ops[static_cast<std::size_t>(graph.inputs_of(*source).front())];
        } while (source->input_count == 1 &&
                 (costs_no_kernel(source->kind) || source->kind == OpKind::transpose ||
                  source->kind == OpKind::crop));
        if (source->kind == OpKind::input)
            least = least == 0 ? op.vocabulary : std::min(least, op.vocabulary);
    }
    return least;
}

}  // namespace latpred
