// Operators that make planes larger.
#include <algorithm>
#include <cmath>
#include <utility>

#include "graphs/builder_checks.hpp"
#include "graphs/graph_builder.hpp"

namespace latpred {

int GraphBuilder::conv_transpose(int from, int channels, const Window& window,
                                 const std::array<int, 2>& output_padding, bool bias,
                                 std::string part) {
    const Window& w = window;
    const Shape in = shape(from);
    require_window(w, part);
    require(w.across() == w.stride, part, "strides ", w.stride, " and ", w.across(),
            ", one for both axes expected");
    require(w.groups > 0 && in.channels % w.groups == 0 && channels % w.groups == 0, part,
            "groups ", w.groups, " must divide the channels ", in.channels, " and ", channels);
    const int most = std::max(w.stride, w.dilation) - 1;
    require(std::ranges::all_of(output_padding, [&](int p) { return p >= 0 && p <= most; }), part,
            "output padding (", join(output_padding), "), from 0 to ", most,
            " (less than stride or dilation) expected");
    const auto length = [&](int size, int kernel, int pads, int more) {
        const std::int64_t steps = (std::int64_t{size} - 1) * w.stride;
        const std::int64_t span = (std::int64_t{kernel} - 1) * w.dilation + 1;
        return length_of(std::max<std::int64_t>(steps + span - pads + more, 0), part);
    };
    const Shape out{channels,
                    length(in.height, w.kernel_h, w.pad_top + w.pad_bottom, output_padding[0]),
                    length(in.width, w.kernel_w, w.pad_left + w.pad_right, output_padding[1])};
    const int number = append(OpKind::conv_transpose, {&from, 1}, out, std::move(part));
    graph_.ops.back().window = w;
    graph_.ops.back().output_padding = output_padding;
    graph_.ops.back().bias = bias;
    return number;
}

int GraphBuilder::upsample(int from, int height, int width, Interpolation interpolation,
                           std::string part) {
    const Shape out{shape(from).channels, height, width};
    const int number = append(OpKind::upsample, {&from, 1}, out, std::move(part));
    graph_.ops.back().interpolation = interpolation;
    return number;
}

int GraphBuilder::pad(int from, const Window& sides, Border border, double value,
                      std::string part) {
    const Window& s = sides;
    const Shape in = shape(from);
    require(border != Border::reflect || (std::max(s.pad_top, s.pad_bottom) < in.height &&
                                          std::max(s.pad_left, s.pad_right) < in.width),
            part, "sides ", s.pad_top, ", ", s.pad_left, ", ", s.pad_bottom, ", ", s.pad_right,
            " reflect a plane of ", in.height, "x", in.width, ": fewer than its pixels expected");
    require(!std::isnan(value), part, "constant NaN, a number expected");
    const Shape out{in.channels,
                    length_of(std::int64_t{in.height} + s.pad_top + s.pad_bottom, part),
                    length_of(std::int64_t{in.width} + s.pad_left + s.pad_right, part)};
    const int number = append(OpKind::pad, {&from, 1}, out, std::move(part));
    graph_.ops.back().window = s;
    graph_.ops.back().border = border;
    graph_.ops.back().value = value;
    return number;
}

}  // namespace latpred
