// The op graph: a network as its operators with shapes. Everything generic (runner, costs, look-up
// keys, features, exports, drawing) reads this and nothing else.
#pragma once

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

/// The names of all kinds, in the order of the enum.
std::span<const std::string_view> op_kind_names();
std::span<const std::string_view> activation_names();

std::string_view to_string(OpKind kind);
std::string_view to_string(Activation activation);

/// Output of an operator for one image; a flat vector has height = width = 1.
struct Shape {
    int channels = 0;
    int height = 1;
    int width = 1;
    bool operator==(const Shape&) const = default;
    [[nodiscard]] std::int64_t elements() const { return std::int64_t{channels} * height * width; }
};

/// Window of a convolution or pooling; also the crop of the operator `crop`.
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
    bool operator==(const Window&) const = default;
};

struct Op {
    OpKind kind = OpKind::identity;
    Activation activation = Activation::none;  ///< of kind `activation`
    Window window;                             ///< of conv, pools and crop
    bool bias = false;                         ///< of conv and linear
    double eps = 0.0;                          ///< of batch_norm
    bool ceil_mode = false;                    ///< of pools
    bool count_include_pad = true;             ///< of avg_pool
    int first_input = 0;                       ///< offset into OpGraph::inputs
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
