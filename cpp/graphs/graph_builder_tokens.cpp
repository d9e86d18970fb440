// What transformers need: sequences of T tokens of D features in h heads are h x T x D.
#include <algorithm>
#include <cmath>
#include <utility>

#include "graphs/builder_checks.hpp"
#include "graphs/graph_builder.hpp"

namespace latpred {
namespace {

std::string size_of(const Shape& shape) {
    return message(shape.channels, "x", shape.height, "x", shape.width);
}

/// Numbers of tokens travel as float32, which holds whole numbers up to here.
constexpr int most_tokens = 1 << 24;

}  // namespace

int GraphBuilder::matmul(int a, int b, bool transpose_b, std::string part) {
    const Shape left = shape(a);
    const Shape right = shape(b);
    const int inner = transpose_b ? right.width : right.height;
    require(left.width == inner, part, size_of(left), " times ", size_of(right),
            transpose_b ? " transposed" : "", ": ", left.width, " columns and ", inner,
            " rows, equal numbers expected");
    require(left.channels == right.channels || left.channels == 1 || right.channels == 1, part,
            left.channels, " and ", right.channels, " channels, equal numbers or 1 expected");
    const int sources[] = {a, b};
    const Shape out{std::max(left.channels, right.channels), left.height,
                    transpose_b ? right.height : right.width};
    const int number = append(OpKind::matmul, sources, out, std::move(part));
    graph_.ops.back().transpose_b = transpose_b;
    return number;
}

int GraphBuilder::softmax(int from, int axis, std::string part) {
    require(axis >= 0 && axis <= 2, part, "axis ", axis, ", 0 (channels) to 2 (width) expected");
    const int number = append(OpKind::softmax, {&from, 1}, shape(from), std::move(part));
    graph_.ops.back().axis = axis;
    return number;
}

int GraphBuilder::layer_norm(int from, int axes, bool bias, double eps, std::string part) {
    require(axes >= 0 && axes <= 3, part, axes, " axes, 1 to 3, or 0 for the channels, expected");
    require_eps(eps, part);
    const int number = append(OpKind::layer_norm, {&from, 1}, shape(from), std::move(part));
    graph_.ops.back().axes = axes;
    graph_.ops.back().bias = bias;
    graph_.ops.back().eps = eps;
    return number;
}

int GraphBuilder::embedding(int from, int vocabulary, int dimension, std::string part) {
    const Shape in = shape(from);
    require(in.width == 1 && (in.channels == 1 || in.height == 1), part, "tokens of ", size_of(in),
            ", 1xTx1 or Tx1x1 expected");
    require(vocabulary >= 1 && vocabulary <= most_tokens, part, "vocabulary ", vocabulary,
            ", 1 to ", most_tokens, " expected");
    const Shape out{1, in.channels * in.height, dimension};
    const int number = append(OpKind::embedding, {&from, 1}, out, std::move(part));
    graph_.ops.back().vocabulary = vocabulary;
    return number;
}

int GraphBuilder::reshape(int from, Shape shape, std::string part) {
    const Shape in = this->shape(from);
    const std::int64_t plane = std::int64_t{shape.height} * shape.width;
    const bool fits = std::ranges::min(shape.sizes()) > 0 && in.elements() % plane == 0 &&
                      in.elements() / plane == shape.channels;
    require(fits, part, size_of(in), " cannot become ", size_of(shape),
            ": equal numbers of elements expected");
    return append(OpKind::reshape, {&from, 1}, shape, std::move(part));
}

int GraphBuilder::transpose(int from, const std::array<int, 3>& permutation, std::string part) {
    std::array<int, 3> sorted = permutation;
    std::ranges::sort(sorted);
    require(sorted == std::array{0, 1, 2}, part, "permutation (", join(permutation),
            "), each of 0, 1, 2 once expected");
    const std::array<int, 3> in = shape(from).sizes();
    const auto size = [&](std::size_t axis) {
        return in[static_cast<std::size_t>(permutation[axis])];
    };
    const int number =
        append(OpKind::transpose, {&from, 1}, {size(0), size(1), size(2)}, std::move(part));
    graph_.ops.back().permutation = permutation;
    return number;
}

int GraphBuilder::scale(int from, double value, std::string part) {
    require(std::isfinite(value), part, "factor ", value, ", a finite one expected");
    const int number = append(OpKind::scale, {&from, 1}, shape(from), std::move(part));
    graph_.ops.back().value = value;
    return number;
}

int GraphBuilder::parameter(Shape shape, std::string part) {
    require(!graph_.ops.empty(), part, "the input must come first");
    return append(OpKind::parameter, {}, shape, std::move(part));
}

}  // namespace latpred
