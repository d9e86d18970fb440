// Builds op graphs: one call an operator, shapes inferred and checked on the way.
#pragma once

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

    int input(Shape shape);
    int conv(int from, int channels, const Window& window, bool bias, std::string part);
    int batch_norm(int from, double eps, std::string part);
    int activation(int from, Activation activation, std::string part);
    int add(std::span<const int> from, std::string part);
    int multiply(int from, int scale, std::string part);
    int concat(std::span<const int> from, std::string part);
    int channel_shuffle(int from, int groups, std::string part);
    /// The first `channels` channels; a window with kernel 0 keeps the whole plane.
    int crop(int from, int channels, const Window& window, std::string part);
    int avg_pool(int from, const Window& window, bool ceil_mode, bool count_include_pad,
                 std::string part);
    int max_pool(int from, const Window& window, bool ceil_mode, std::string part);
    int global_pool(int from, std::string part);
    int linear(int from, int features, bool bias, std::string part);
    int flatten(int from, std::string part);
    int identity(int from, std::string part);
    int zero(int from, int channels, int stride, std::string part);

    [[nodiscard]] const Shape& shape(int op) const { return at(op).shape; }

    /// Assigns fused-kernel groups and hands the graph over.
    OpGraph build() &&;

  private:
    int append(OpKind kind, std::span<const int> from, Shape shape, std::string part);
    int pool(OpKind kind, int from, const Window& window, bool ceil_mode, std::string part);
    [[nodiscard]] const Op& at(int op) const;

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

/// Fused-kernel groups: batch norms and activations join the operator they alone consume; flatten
/// and identity cost no kernel of their own. Returns the number of groups.
int assign_groups(OpGraph& graph);

}  // namespace latpred
