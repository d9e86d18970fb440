// What a runtime executes as one kernel: an operator with the work that is fused into it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "graphs/tensor_graph.hpp"

namespace latpred {

/// The order is that of the names, and of model files: new kinds stand at the end.
enum class KernelKind : std::uint8_t {
    conv,
    conv_1x1,
    depthwise,
    grouped_conv,
    conv_transpose,
    linear,
    matmul,
    attention,
    layer_norm,
    group_norm,
    pool,
    global_pool,
    softmax,
    pointwise,
    movement,
    transpose,
    slice,
    resize,
    lookup,
    reduction,
    sort,
    other,
};
inline constexpr std::size_t fused_kernel_kinds = 22;

std::string_view to_string(KernelKind kind);

/// Logarithms to base 2 of what decides how fast a kernel of a kind is. Of products: inner axis,
/// columns, number of matrices, rows.
enum class KernelShape : std::uint8_t {
    inputs,          ///< channels read, of a group
    outputs,         ///< channels written, of a group
    groups,          ///< or matrices, or heads
    rows,            ///< of the plane that is written
    columns,         ///< of it
    window_rows,     ///< of convolutions
    window_columns,  ///< of convolutions
    stride,          ///< values read for each that is written, of the plane; negative: more written
    batch,
    input_waste_8,  ///< channels read, filled up to a multiple of 8, for each of them
    input_waste_16,
    output_waste_8,
    output_waste_16,
    bits,  ///< of a value that is written, in units of 32
};
inline constexpr std::size_t kernel_shapes = 14;

/// Sorts of work that are done value by value.
enum class PointwiseSort : std::uint8_t {
    clip,        ///< relu and what only compares
    activation,  ///< others, which compute powers
    arithmetic,
    multiply,
    batch_norm,
    cast,
};
inline constexpr std::size_t pointwise_sorts = 6;

std::string_view to_string(PointwiseSort sort);

struct FusedKernel {
    KernelKind kind = KernelKind::other;
    std::vector<int> ops;  ///< in execution order; the first names the kind
    double macs = 0;
    double read_bytes = 0;  ///< without weights
    double weight_bytes = 0;
    double written_bytes = 0;
    double cold_bytes = 0;  ///< of the weights: what a cache does not keep between two runs
    double extra_ops = 0;   ///< fused into it
    double views = 0;       ///< reshapes of what it writes
    std::array<double, kernel_shapes> shape{};
    std::array<double, pointwise_sorts> fused{};  ///< bytes that work of each sort writes
};

/// The kernels of a graph in execution order. Transposes and slices that move values are kernels
/// here, though the graph's costs count them as names.
std::vector<FusedKernel> fused_kernels(const TensorGraph& graph);

/// Kind of the kernel that an operator begins.
KernelKind kernel_kind(const TensorGraph& graph, const TensorOp& op);

/// Shape of the kernel that an operator begins.
std::array<double, kernel_shapes> kernel_shape(const TensorGraph& graph, const TensorOp& op,
                                               KernelKind kind);

}  // namespace latpred
