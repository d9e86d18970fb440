// The op graph: a network as its operators with shapes. Everything generic (runner, costs, look-up
// keys, features, exports, drawing) reads this and nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latpred {

enum class OpKind : std::uint8_t {
    input,
    conv,
    batch_norm,
    activation,
    add,
    multiply,
    concat,
    channel_shuffle,
    crop,
    avg_pool,
    max_pool,
    global_pool,
    linear,
    flatten,
    identity,
    zero,
    matmul,
    softmax,
    layer_norm,
    embedding,
    reshape,
    transpose,
    scale,
    parameter,
    conv_transpose,
    upsample,
    pad,
};

enum class Activation : std::uint8_t {
    none,
    relu,
    relu6,
    h_swish,
    h_sigmoid,
    sigmoid,
    swish,
    tanh,
    gelu
};

/// What `pad` puts around a value.
enum class Border : std::uint8_t { constant, reflect, replicate };

/// How `upsample` finds values between pixels; bilinear is that of pixel centres (PyTorch's
/// align_corners=False).
enum class Interpolation : std::uint8_t { nearest, bilinear };

/// The names of all kinds, in the order of the enum.
std::span<const std::string_view> op_kind_names();
std::span<const std::string_view> activation_names();

std::string_view to_string(OpKind kind);
std::string_view to_string(Activation activation);
std::string_view to_string(Border border);
std::string_view to_string(Interpolation interpolation);

/// The one of that name. ConfigError, which lists the names, where there is none.
OpKind op_kind(std::string_view name);
Activation activation_named(std::string_view name);
Border border_named(std::string_view name);
Interpolation interpolation_named(std::string_view name);

/// Output of an operator for one image; a flat vector has height = width = 1. T tokens of D
/// features in h heads are h x T x D.
struct Shape {
    int channels = 0;
    int height = 1;
    int width = 1;
    bool operator==(const Shape&) const = default;
    [[nodiscard]] std::int64_t elements() const { return std::int64_t{channels} * height * width; }
    [[nodiscard]] bool flat() const { return height == 1 && width == 1; }
    /// What a linear layer mixes: the channels of a flat vector, else the last axis.
    [[nodiscard]] int features() const { return flat() ? channels : width; }
    /// Channels, height, width.
    [[nodiscard]] std::array<int, 3> sizes() const { return {channels, height, width}; }
};

/// Window of a convolution or pooling; also the crop of the operator `crop` and the sides of
/// `pad`.
struct Window {
    int kernel_h = 1;
    int kernel_w = 1;
    int stride = 1;
    int pad_top = 0;
    int pad_left = 0;
    int pad_bottom = 0;
    int pad_right = 0;
    int dilation = 1;
    int groups = 1;
    int stride_w = 0;  ///< along the width; 0: as `stride`, which is that along the height
    bool operator==(const Window&) const = default;
    /// Stride along the width.
    [[nodiscard]] int across() const { return stride_w > 0 ? stride_w : stride; }
};

struct Op {
    OpKind kind = OpKind::identity;
    Activation activation = Activation::none;  ///< of kind `activation`
    Window window;                             ///< of convolutions, pools, crop and pad
    bool bias = false;                         ///< of convolutions, linear and layer_norm
    double eps = 0.0;                          ///< of batch_norm and layer_norm
    bool ceil_mode = false;                    ///< of pools
    bool count_include_pad = true;             ///< of avg_pool
    bool transpose_b = false;                  ///< of matmul
    Border border = Border::constant;          ///< of pad
    Interpolation interpolation = Interpolation::nearest;  ///< of upsample
    int axis = 0;        ///< of softmax and concat: 0 channels, 1 height, 2 width
    int axes = 0;        ///< of layer_norm: how many last axes are normalised; 0: the channels
    int vocabulary = 0;  ///< of embedding
    std::array<int, 3> permutation{0, 1, 2};  ///< of transpose: the source of each axis
    std::array<int, 2> output_padding{0, 0};  ///< of conv_transpose: height, width
    double value = 0.0;                       ///< factor of scale, constant of pad
    int first_input = 0;                      ///< offset into OpGraph::inputs
    int input_count = 0;
    Shape shape;       ///< of the output
    int unit = -1;     ///< place of the block; -1 outside searchable units
    int layer = -1;    ///< place within the unit
    int group = -1;    ///< operators of one group are one fused kernel; -1: no kernel
    std::string part;  ///< name within the block, e.g. "depthwise.bn"

    /// Stable name, e.g. "u2.l1.depthwise": state-dict key, look-up key, drawing.
    [[nodiscard]] std::string name() const;
};

/// Operators in execution order; a directed acyclic graph with one input and one output (the last).
struct OpGraph {
    std::vector<Op> ops;
    std::vector<int> inputs;  ///< operator numbers; each operator owns a slice
    int group_count = 0;

    [[nodiscard]] std::span<const int> inputs_of(const Op& op) const {
        return std::span(inputs).subspan(static_cast<std::size_t>(op.first_input),
                                         static_cast<std::size_t>(op.input_count));
    }
    [[nodiscard]] const Shape& input_shape(const Op& op, int which = 0) const {
        return ops[static_cast<std::size_t>(inputs_of(op)[static_cast<std::size_t>(which)])].shape;
    }
    [[nodiscard]] const Shape& input_shape() const { return ops.front().shape; }
    [[nodiscard]] const Shape& output_shape() const { return ops.back().shape; }
};

}  // namespace latpred
