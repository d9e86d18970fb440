// Operators that transformers need, and those that make planes larger.
#include "bindings/graphs.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <variant>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/checked_graph.hpp"

namespace latpred::bindings {
namespace {

using Builder = GraphBuilder;
using Sizes = std::array<int, 3>;
using SizePair = std::array<int, 2>;
using Factor = std::variant<double, std::array<double, 2>>;

/// From the end where negative, as in Python.
int axis_of(int axis) {
    return axis < 0 ? axis + 3 : axis;
}

int layer_norm(Builder& b, int source, const std::variant<int, std::string>& axes, bool bias,
               double eps, std::string part) {
    const auto* const number = std::get_if<int>(&axes);
    const bool channels = number == nullptr && std::get<std::string>(axes) == "channels";
    if (!channels && (number == nullptr || *number == 0)) {
        const std::string given = number == nullptr ? std::get<std::string>(axes) : "0";
        throw ConfigError(
            message("layer_norm: axes '", excerpt(given), "', 1 to 3 or 'channels' expected"));
    }
    return b.layer_norm(source, number == nullptr ? 0 : *number, bias, eps, std::move(part));
}

int scaled(int length, double factor) {
    const double exact = std::floor(length * factor);
    if (!(factor > 0) || !(exact <= std::numeric_limits<int>::max()))
        throw ConfigError(message("upsample: factor ", factor, ", a positive one expected"));
    return static_cast<int>(exact);
}

int upsample(Builder& b, int source, const std::optional<Factor>& scale,
             const std::optional<SizePair>& size, const std::string& mode, std::string part) {
    if (scale.has_value() == size.has_value())
        throw ConfigError("upsample: scale or size expected, one of them");
    SizePair to{};
    if (size) {
        to = *size;
    } else {
        const auto* const one = std::get_if<double>(&*scale);
        const std::array<double, 2> factors =
            one != nullptr ? std::array{*one, *one} : std::get<std::array<double, 2>>(*scale);
        const Shape in = b.shape(source);
        to = {scaled(in.height, factors[0]), scaled(in.width, factors[1])};
    }
    return b.upsample(source, to[0], to[1], interpolation_named(mode), std::move(part));
}

int pad(Builder& b, int source, const std::array<int, 4>& sides, const std::string& border,
        double value, std::string part) {
    Window window;
    std::tie(window.pad_top, window.pad_left, window.pad_bottom, window.pad_right) =
        std::tuple_cat(sides);
    check_window(window);
    return b.pad(source, window, border_named(border), value, std::move(part));
}

}  // namespace

void bind_tokens(py::class_<GraphBuilder>& cls) {
    cls.def("matmul", &Builder::matmul, py::arg("a"), py::arg("b"), py::kw_only(),
            py::arg("transpose_b") = false, py::arg("part") = "matmul",
            "Product over height and width, one a channel; a value of one channel goes with each "
            "of the\nother's. transpose_b: b is C x columns x K.")
        .def(
            "softmax",
            [](Builder& b, int source, int axis, std::string part) {
                return b.softmax(source, axis_of(axis), std::move(part));
            },
            py::arg("source"), py::kw_only(), py::arg("axis") = -1, py::arg("part") = "softmax",
            "Softmax along an axis of (C, H, W); negative ones count from the end.")
        .def("layer_norm", &layer_norm, py::arg("source"), py::kw_only(), py::arg("axes") = 1,
             py::arg("bias") = true, py::arg("eps") = 1e-5, py::arg("part") = "norm",
             "Layer norm over the last `axes` of (C, H, W), or over \"channels\" at each pixel, as "
             "in ConvNeXt;\na scale, and a shift unless bias is False, for each value normalised.")
        .def(
            "embedding", &Builder::embedding, py::arg("source"), py::arg("vocabulary"),
            py::arg("dimension"), py::kw_only(), py::arg("part") = "embedding",
            "Whole numbers from 0 to vocabulary - 1, held as numbers in 1 x T x 1 or T x 1 x 1, to "
            "1 x T x dimension.\nOthers raise DataError when the network runs.")
        .def(
            "reshape",
            [](Builder& b, int source, const Sizes& shape, std::string part) {
                return b.reshape(source, {shape[0], shape[1], shape[2]}, std::move(part));
            },
            py::arg("source"), py::arg("shape"), py::kw_only(), py::arg("part") = "reshape",
            "The same elements in the same order as (C, H, W).")
        .def("transpose", &Builder::transpose, py::arg("source"), py::arg("permutation"),
             py::kw_only(), py::arg("part") = "transpose",
             "Axes of (C, H, W) in another order; permutation: the source of each axis.")
        .def("scale", &Builder::scale, py::arg("source"), py::arg("value"), py::kw_only(),
             py::arg("part") = "scale", "Product with a number.")
        .def(
            "parameter",
            [](Builder& b, int channels, int height, int width, std::string part) {
                return b.parameter({channels, height, width}, std::move(part));
            },
            py::arg("channels"), py::arg("height"), py::arg("width"), py::kw_only(),
            py::arg("part") = "parameter",
            "Learnt numbers, the same for each image: positional embeddings, class tokens.")
        .def("conv_transpose", &Builder::conv_transpose, py::arg("source"), py::arg("channels"),
             py::arg("window"), py::kw_only(), py::arg("output_padding") = SizePair{0, 0},
             py::arg("bias") = false, py::arg("part") = "conv_transpose",
             "A transposed convolution; weight in x channels/groups x kernel; output_padding: rows "
             "and columns\nadded at the end.")
        .def("upsample", &upsample, py::arg("source"), py::kw_only(), py::arg("scale") = py::none(),
             py::arg("size") = py::none(), py::arg("mode") = "nearest",
             py::arg("part") = "upsample",
             "To another height and width: those of `size`, or times `scale` (one number or two), "
             "rounded down.\nmode: nearest, or bilinear between centres of pixels "
             "(align_corners=False).")
        .def("pad", &pad, py::arg("source"), py::arg("sides"), py::kw_only(),
             py::arg("mode") = "constant", py::arg("value") = 0.0, py::arg("part") = "pad",
             "Pixels around a plane; sides: top, left, bottom, right; mode: constant (of `value`), "
             "reflect\nor replicate.");
}

}  // namespace latpred::bindings
