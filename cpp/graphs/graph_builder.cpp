#include "graphs/graph_builder.hpp"

#include <limits>
#include <utility>

#include "graphs/builder_checks.hpp"

namespace latpred {
namespace {

constexpr auto most_elements = std::numeric_limits<std::int64_t>::max();

Shape windowed(const Shape& in, int channels, const Window& w, bool ceil_mode) {
    return {channels,
            window_output(in.height, w.kernel_h, w.stride, w.pad_top, w.pad_bottom, w.dilation,
                          ceil_mode),
            window_output(in.width, w.kernel_w, w.across(), w.pad_left, w.pad_right, w.dilation,
                          ceil_mode)};
}

}  // namespace

Window square(int kernel, int stride, int padding, int groups) {
    return {kernel, kernel, stride, padding, padding, padding, padding, 1, groups};
}

int window_output(int length, int kernel, int stride, int pad_before, int pad_after, int dilation,
                  bool ceil_mode) {
    const std::int64_t padded = std::int64_t{length} + pad_before + pad_after;
    const std::int64_t span = padded - std::int64_t{dilation} * (kernel - 1) - 1;
    if (span < 0)
        return 0;
    std::int64_t windows = (ceil_mode ? (span + stride - 1) / stride : span / stride) + 1;
    // As in PyTorch: the last window must start inside the input or the padding before it.
    if (ceil_mode && (windows - 1) * stride >= std::int64_t{length} + pad_before)
        --windows;
    if (windows > std::numeric_limits<int>::max())
        throw ConfigError(message("a plane of ", windows, " windows in a row, fewer expected"));
    return static_cast<int>(windows);
}

void GraphBuilder::require_window(const Window& window, const std::string& part) {
    require(window.kernel_h > 0 && window.kernel_w > 0, part, "kernel ", window.kernel_h, "x",
            window.kernel_w, ", at least 1x1 expected");
}

GraphBuilder& GraphBuilder::place(int unit, int layer) {
    unit_ = unit;
    layer_ = layer;
    return *this;
}

const Op& GraphBuilder::at(int op) const {
    const auto number = static_cast<std::size_t>(op);
    if (op < 0 || number >= graph_.ops.size()) {
        throw ConfigError(message("graph: input ", op, " of an operator, one of the ",
                                  graph_.ops.size(), " built so far expected"));
    }
    return graph_.ops[number];
}

int GraphBuilder::append(OpKind kind, std::span<const int> from, Shape shape, std::string part) {
    require(shape.channels > 0 && shape.height > 0 && shape.width > 0, part, "output ",
            shape.channels, "x", shape.height, "x", shape.width,
            " is empty; the input is too small for it");
    const std::int64_t plane = std::int64_t{shape.height} * shape.width;
    require(plane <= most_elements / shape.channels, part, "output ", shape.channels, "x",
            shape.height, "x", shape.width, " has more elements than 64 bits count");
    const int number = static_cast<int>(graph_.ops.size());
    for (int source : from)
        require(source >= 0 && source < number, part, "input not built yet");
    Op op;
    op.kind = kind;
    op.first_input = static_cast<int>(graph_.inputs.size());
    op.input_count = static_cast<int>(from.size());
    op.shape = shape;
    op.unit = unit_;
    op.layer = layer_;
    op.part = std::move(part);
    graph_.inputs.insert(graph_.inputs.end(), from.begin(), from.end());
    graph_.ops.push_back(std::move(op));
    return number;
}

int GraphBuilder::input(Shape shape, std::string part) {
    return append(OpKind::input, {}, shape, std::move(part));
}

int GraphBuilder::conv(int from, int channels, const Window& window, bool bias, std::string part) {
    const Shape& in = shape(from);
    require_window(window, part);
    require(window.groups > 0 && in.channels % window.groups == 0 && channels % window.groups == 0,
            part, "groups ", window.groups, " must divide the channels ", in.channels, " and ",
            channels);
    const Shape out = windowed(in, channels, window, false);
    const int number = append(OpKind::conv, {&from, 1}, out, std::move(part));
    graph_.ops.back().window = window;
    graph_.ops.back().bias = bias;
    return number;
}

int GraphBuilder::batch_norm(int from, double eps, std::string part) {
    require_eps(eps, part);
    const int number = append(OpKind::batch_norm, {&from, 1}, shape(from), std::move(part));
    graph_.ops.back().eps = eps;
    return number;
}

int GraphBuilder::activation(int from, Activation activation, std::string part) {
    const int number = append(OpKind::activation, {&from, 1}, shape(from), std::move(part));
    graph_.ops.back().activation = activation;
    return number;
}

int GraphBuilder::add(std::span<const int> from, std::string part) {
    require(!from.empty(), part, "at least one input expected");
    for (int source : from) {
        require(shape(source) == shape(from.front()), part, "all inputs must have the same shape");
    }
    return append(OpKind::add, from, shape(from.front()), std::move(part));
}

int GraphBuilder::multiply(int from, int scale, std::string part) {
    const Shape& factor = shape(scale);
    const bool plane = factor == shape(from);
    const bool channelwise = factor == Shape{shape(from).channels, 1, 1};
    require(plane || channelwise, part,
            "the scale must have the input's shape or be channels x 1 x 1");
    const int sources[] = {from, scale};
    return append(OpKind::multiply, sources, shape(from), std::move(part));
}

int GraphBuilder::concat(std::span<const int> from, std::string part, int axis) {
    require(!from.empty(), part, "at least one input expected");
    require(axis >= 0 && axis <= 2, part, "axis ", axis, ", 0 (channels) to 2 (width) expected");
    const auto along = static_cast<std::size_t>(axis);
    std::array<int, 3> out = shape(from.front()).sizes();
    std::int64_t length = 0;
    for (int source : from) {
        std::array<int, 3> in = shape(source).sizes();
        length += std::exchange(in[along], out[along]);
        require(in == out, part,
                axis == 0 ? "all inputs must have the same height and width"
                          : "all inputs must have the same sizes of the other axes");
    }
    out[along] = length_of(length, part);
    const int number = append(OpKind::concat, from, {out[0], out[1], out[2]}, std::move(part));
    graph_.ops.back().axis = axis;
    return number;
}

int GraphBuilder::channel_shuffle(int from, int groups, std::string part) {
    require(groups > 0 && shape(from).channels % groups == 0, part,
            "groups must divide the channels");
    const int number = append(OpKind::channel_shuffle, {&from, 1}, shape(from), std::move(part));
    graph_.ops.back().window.groups = groups;
    return number;
}

int GraphBuilder::crop(int from, int channels, const Window& window, std::string part) {
    Shape out = shape(from);
    require(channels > 0 && channels <= out.channels, part,
            "cannot crop to more channels than given");
    out.channels = channels;
    if (window.kernel_h > 0)
        out.height = window.kernel_h;
    if (window.kernel_w > 0)
        out.width = window.kernel_w;
    require(out.height + window.pad_top <= shape(from).height &&
                out.width + window.pad_left <= shape(from).width,
            part, "the crop lies outside the input");
    const int number = append(OpKind::crop, {&from, 1}, out, std::move(part));
    graph_.ops.back().window = window;
    return number;
}

int GraphBuilder::pool(OpKind kind, int from, const Window& window, bool ceil_mode,
                       std::string part) {
    require_window(window, part);
    const Shape out = windowed(shape(from), shape(from).channels, window, ceil_mode);
    const int number = append(kind, {&from, 1}, out, std::move(part));
    graph_.ops.back().window = window;
    graph_.ops.back().ceil_mode = ceil_mode;
    return number;
}

int GraphBuilder::avg_pool(int from, const Window& window, bool ceil_mode, bool count_include_pad,
                           std::string part) {
    const int number = pool(OpKind::avg_pool, from, window, ceil_mode, std::move(part));
    graph_.ops.back().count_include_pad = count_include_pad;
    return number;
}

int GraphBuilder::max_pool(int from, const Window& window, bool ceil_mode, std::string part) {
    return pool(OpKind::max_pool, from, window, ceil_mode, std::move(part));
}

int GraphBuilder::global_pool(int from, std::string part) {
    return append(OpKind::global_pool, {&from, 1}, {shape(from).channels, 1, 1}, std::move(part));
}

int GraphBuilder::linear(int from, int features, bool bias, std::string part) {
    Shape out = shape(from);
    (out.flat() ? out.channels : out.width) = features;
    const int number = append(OpKind::linear, {&from, 1}, out, std::move(part));
    graph_.ops.back().bias = bias;
    return number;
}

int GraphBuilder::flatten(int from, std::string part) {
    const std::int64_t elements = shape(from).elements();
    const Shape flat{length_of(elements, part), 1, 1};
    return append(OpKind::flatten, {&from, 1}, flat, std::move(part));
}

int GraphBuilder::identity(int from, std::string part) {
    return append(OpKind::identity, {&from, 1}, shape(from), std::move(part));
}

int GraphBuilder::zero(int from, int channels, int stride, std::string part) {
    const Shape& in = shape(from);
    const Shape out{channels, (in.height + stride - 1) / stride, (in.width + stride - 1) / stride};
    const int number = append(OpKind::zero, {&from, 1}, out, std::move(part));
    graph_.ops.back().window.stride = stride;
    return number;
}

OpGraph GraphBuilder::build() && {
    graph_.group_count = assign_groups(graph_);
    return std::move(graph_);
}

}  // namespace latpred
