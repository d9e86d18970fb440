// Builds op graphs: one call an operator, shapes inferred and checked on the way.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

/// Every method appends one operator and returns its number. ConfigError where shapes do not fit.
class GraphBuilder {
  public:
    /// Unit and layer of the operators that follow; -1 outside searchable units.
    GraphBuilder& place(int unit, int layer);

    int input(Shape shape, std::string part = "input");
    int conv(int from, int channels, const Window& window, bool bias, std::string part);
    int batch_norm(int from, double eps, std::string part);
    int activation(int from, Activation activation, std::string part);
    int add(std::span<const int> from, std::string part);
    int multiply(int from, int scale, std::string part);
    int concat(std::span<const int> from, std::string part, int axis = 0);
    int channel_shuffle(int from, int groups, std::string part);
    /// The first `channels` channels; a window with kernel 0 keeps the whole plane.
    int crop(int from, int channels, const Window& window, std::string part);
    int avg_pool(int from, const Window& window, bool ceil_mode, bool count_include_pad,
                 std::string part);
    int max_pool(int from, const Window& window, bool ceil_mode, std::string part);
    int global_pool(int from, std::string part);
    /// Mixes the channels of a flat vector, else the last axis (width) as torch.nn.Linear does.
    int linear(int from, int features, bool bias, std::string part);
    int flatten(int from, std::string part);
    int identity(int from, std::string part);
    int zero(int from, int channels, int stride, std::string part);

    // graph_builder_tokens.cpp
    /// Over height and width, one product a channel; a value of one channel goes with each of the
    /// other's. `transpose_b`: b is C x W x K.
    int matmul(int a, int b, bool transpose_b, std::string part);
    int softmax(int from, int axis, std::string part);
    /// Over the last `axes` axes, with a scale (and shift) for each of their values; 0: over the
    /// channels of each pixel.
    int layer_norm(int from, int axes, bool bias, double eps, std::string part);
    /// T whole numbers from 0 to vocabulary - 1, 1 x T x 1 or flat, to 1 x T x dimension.
    int embedding(int from, int vocabulary, int dimension, std::string part);
    int reshape(int from, Shape shape, std::string part);
    int transpose(int from, const std::array<int, 3>& permutation, std::string part);
    int scale(int from, double value, std::string part);
    /// Learnt numbers, the same for each image.
    int parameter(Shape shape, std::string part);

    // graph_builder_planes.cpp
    int conv_transpose(int from, int channels, const Window& window,
                       const std::array<int, 2>& output_padding, bool bias, std::string part);
    int upsample(int from, int height, int width, Interpolation interpolation, std::string part);
    int pad(int from, const Window& sides, Border border, double value, std::string part);

    [[nodiscard]] const Shape& shape(int op) const { return at(op).shape; }
    [[nodiscard]] const Op& op(int number) const { return at(number); }

    /// Assigns fused-kernel groups and hands the graph over.
    OpGraph build() &&;

  private:
    int append(OpKind kind, std::span<const int> from, Shape shape, std::string part);
    int pool(OpKind kind, int from, const Window& window, bool ceil_mode, std::string part);
    [[nodiscard]] const Op& at(int op) const;
    static void require_window(const Window& window, const std::string& part);

    OpGraph graph_;
    int unit_ = -1;
    int layer_ = -1;
};

/// A square window with stride and symmetric padding.
Window square(int kernel, int stride, int padding, int groups = 1);

/// Output length of a window: floor((n + pads - dilation·(k-1) - 1) / stride) + 1; with ceil mode
/// rounded up where the last window still starts before the padding at the end.
int window_output(int length, int kernel, int stride, int pad_before, int pad_after, int dilation,
                  bool ceil_mode);

/// Fused-kernel groups: what `joins_its_input` joins the operator that it alone consumes. Returns
/// the number of groups.
int assign_groups(OpGraph& graph);

/// Batch norms, activations and scales: value by value, done while the value before is written.
bool joins_its_input(OpKind kind);

/// Flatten, reshape and identity, which only name values anew, and parameters.
bool costs_no_kernel(OpKind kind);

/// By operator: whether PyTorch has its value as N x C and not as N x C x H x W. These are the
/// outputs of flatten, of linear on a vector, and what follows them value by value.
std::vector<bool> flat_values(const OpGraph& graph);

}  // namespace latpred
