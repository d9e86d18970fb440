// Kinds and shapes of kernels from the sizes of their tensors.
#include <algorithm>
#include <cmath>

#include "kernels/fused_kernel.hpp"

namespace latpred {
namespace {

using Sizes = std::vector<std::int64_t>;

/// Kinds of the kernels that operators begin, in the order of `TensorKind`; of convolutions and
/// products their weights say more.
constexpr std::array begun_kernels{
    KernelKind::other,           // shape
    KernelKind::other,           // view
    KernelKind::transpose,       // transpose
    KernelKind::slice,           // slice
    KernelKind::pointwise,       // activation
    KernelKind::pointwise,       // arithmetic
    KernelKind::pointwise,       // multiply
    KernelKind::pointwise,       // batch_norm
    KernelKind::pointwise,       // cast
    KernelKind::conv,            // conv
    KernelKind::conv_transpose,  // conv_transpose
    KernelKind::matmul,          // matmul
    KernelKind::matmul,          // einsum
    KernelKind::attention,       // attention
    KernelKind::layer_norm,      // layer_norm
    KernelKind::group_norm,      // group_norm
    KernelKind::group_norm,      // instance_norm
    KernelKind::layer_norm,      // rms_norm
    KernelKind::group_norm,      // local_norm
    KernelKind::pool,            // max_pool
    KernelKind::pool,            // avg_pool
    KernelKind::global_pool,     // global_pool
    KernelKind::softmax,         // softmax
    KernelKind::reduction,       // reduction
    KernelKind::reduction,       // cumulative
    KernelKind::resize,          // resize
    KernelKind::movement,        // pad
    KernelKind::movement,        // concat
    KernelKind::movement,        // tile
    KernelKind::movement,        // fill
    KernelKind::lookup,          // embedding
    KernelKind::lookup,          // gather
    KernelKind::lookup,          // scatter
    KernelKind::sort,            // sort
    KernelKind::other,           // recurrent
    KernelKind::other,           // grid_sample
};
static_assert(begun_kernels.size() == static_cast<std::size_t>(TensorKind::grid_sample) + 1);

double log2_of(double value) {
    return std::log2(std::max(value, 1.0));
}

/// Product of the sizes from axis `begin` on, before axis `end`.
double product_of(const Sizes& sizes, std::size_t begin, std::size_t end) {
    double product = 1;
    for (std::size_t axis = begin; axis < std::min(end, sizes.size()); ++axis)
        product *= static_cast<double>(std::max<std::int64_t>(sizes[axis], 1));
    return product;
}

double product_of(const Sizes& sizes) {
    return product_of(sizes, 0, sizes.size());
}

double last_of(const Sizes& sizes) {
    return sizes.empty() ? 1.0 : static_cast<double>(std::max<std::int64_t>(sizes.back(), 1));
}

double waste(double channels, double width) {
    return std::log2(std::ceil(channels / width) * width / channels);
}

/// Plain numbers, of which `logarithms` makes a shape.
struct PlainShape {
    double inputs = 1;
    double outputs = 1;
    double groups = 1;
    double rows = 1;
    double columns = 1;
    double window_rows = 1;
    double window_columns = 1;
    double stride = 0;  ///< a logarithm
    double batch = 1;
    double bits = 32;
};

std::array<double, kernel_shapes> logarithms(const PlainShape& plain) {
    const double inputs = std::max(plain.inputs, 1.0);
    const double outputs = std::max(plain.outputs, 1.0);
    return {log2_of(inputs),
            log2_of(outputs),
            log2_of(plain.groups),
            log2_of(plain.rows),
            log2_of(plain.columns),
            log2_of(plain.window_rows),
            log2_of(plain.window_columns),
            plain.stride,
            log2_of(plain.batch),
            waste(inputs, 8),
            waste(inputs, 16),
            waste(outputs, 8),
            waste(outputs, 16),
            std::log2(plain.bits / 32)};
}

/// A plane [batch, channels, …, columns].
PlainShape plane_of(const Sizes& sizes) {
    const std::size_t rank = sizes.size();
    PlainShape plain;
    plain.batch = product_of(sizes, 0, rank > 1 ? 1 : 0);
    plain.inputs = rank > 1 ? product_of(sizes, 1, 2) : product_of(sizes);
    plain.outputs = plain.inputs;
    plain.rows = rank > 3 ? product_of(sizes, 2, rank - 1) : 1;
    plain.columns = rank > 2 ? last_of(sizes) : 1;
    return plain;
}

PlainShape conv_shape(const Tensor& x, const Tensor& weight, const Tensor& out, int groups) {
    const std::size_t rank = out.sizes.size();
    PlainShape plain = plane_of(out.sizes);
    plain.groups = groups;
    plain.inputs = product_of(x.sizes, 1, 2) / groups;
    plain.outputs = product_of(out.sizes, 1, 2) / groups;
    plain.window_rows = rank > 3 ? product_of(weight.sizes, 2, rank - 1) : 1;
    plain.window_columns = last_of(weight.sizes);
    const double read = product_of(x.sizes, 2, rank);
    plain.stride = std::log2(read / product_of(out.sizes, 2, rank)) / static_cast<double>(rank - 2);
    return plain;
}

PlainShape product_shape(const TensorOp& op, const Tensor& out, bool linear) {
    PlainShape plain;
    const double values = product_of(out.sizes);
    plain.inputs = static_cast<double>(op.macs) / std::max(values, 1.0);
    plain.outputs = last_of(out.sizes);
    const std::size_t rank = out.sizes.size();
    const double matrices = linear || rank < 3 ? 1 : product_of(out.sizes, 0, rank - 2);
    plain.groups = matrices;
    plain.rows = values / plain.outputs / matrices;
    return plain;
}

PlainShape attention_shape(const Tensor& query, const Tensor& keys) {
    const std::size_t rank = query.sizes.size();
    PlainShape plain;
    plain.groups = product_of(query.sizes, 0, rank - 2);
    plain.rows = product_of(query.sizes, rank - 2, rank - 1);
    plain.columns = product_of(keys.sizes, rank - 2, rank - 1);
    plain.inputs = last_of(query.sizes);
    plain.outputs = plain.inputs;
    return plain;
}

/// Rows along the last axis.
PlainShape row_shape(const Sizes& read, const Sizes& written) {
    PlainShape plain;
    plain.inputs = last_of(read);
    plain.outputs = last_of(written);
    plain.rows = product_of(written) / plain.outputs;
    return plain;
}

/// Planes that change their size, or lose it.
PlainShape shrunk_shape(const Sizes& read, const Sizes& written) {
    PlainShape plain = plane_of(read);
    plain.outputs = product_of(written, 1, 2);
    plain.stride = std::log2(product_of(read) / product_of(written)) / 2;
    return plain;
}

PlainShape other_shape(const Tensor& read, const Tensor& out, KernelKind kind) {
    switch (kind) {
    case KernelKind::pool:
    case KernelKind::resize:
    case KernelKind::global_pool:
    case KernelKind::reduction:
        return shrunk_shape(read.sizes, out.sizes);
    case KernelKind::layer_norm:
    case KernelKind::softmax:
    case KernelKind::transpose:
    case KernelKind::slice:
    case KernelKind::lookup:
    case KernelKind::sort:
        return row_shape(read.sizes, out.sizes);
    default:
        return plane_of(out.sizes);
    }
}

bool factor_is_fixed(const TensorGraph& graph, const TensorOp& op) {
    return op.inputs.size() < 2 || graph.tensor(op.inputs[0]).fixed() ||
           graph.tensor(op.inputs[1]).fixed();
}

KernelKind conv_kind(const TensorGraph& graph, const TensorOp& op) {
    const Sizes& weight = graph.tensor(op.inputs[1]).sizes;
    if (op.attributes.groups > 1)
        return weight[1] == 1 ? KernelKind::depthwise : KernelKind::grouped_conv;
    return product_of(weight, 2, weight.size()) > 1 ? KernelKind::conv : KernelKind::conv_1x1;
}

}  // namespace

KernelKind kernel_kind(const TensorGraph& graph, const TensorOp& op) {
    if (op.kind == TensorKind::conv)
        return conv_kind(graph, op);
    if (op.kind == TensorKind::matmul || op.kind == TensorKind::einsum)
        return factor_is_fixed(graph, op) ? KernelKind::linear : KernelKind::matmul;
    return begun_kernels.at(static_cast<std::size_t>(op.kind));
}

std::array<double, kernel_shapes> kernel_shape(const TensorGraph& graph, const TensorOp& op,
                                               KernelKind kind) {
    const Tensor& out = graph.tensor(op.outputs.front());
    const Tensor& read = op.inputs.empty() ? out : graph.tensor(op.inputs.front());
    PlainShape plain;
    if (op.kind == TensorKind::conv || op.kind == TensorKind::conv_transpose)
        plain = conv_shape(read, graph.tensor(op.inputs[1]), out, op.attributes.groups);
    else if (op.kind == TensorKind::matmul || op.kind == TensorKind::einsum)
        plain = product_shape(op, out, kind == KernelKind::linear);
    else if (op.kind == TensorKind::attention)
        plain = attention_shape(read, graph.tensor(op.inputs[1]));
    else
        plain = other_shape(read, out, kind);
    plain.bits = out.bits;
    return logarithms(plain);
}

}  // namespace latpred
