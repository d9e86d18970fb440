// What blocks of probe networks are put together from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graphs/graph_builder.hpp"
#include "kernels/probe_draws.hpp"

namespace latpred {

/// What all blocks of one network share.
struct ProbeStyle {
    Activation activation = Activation::relu;
    bool batch_norm = true;  ///< after convolutions; else they have a bias
    int kernel = 3;
    int expand = 4;
    int group_width = 16;
    bool squeezes = false;
    bool variant = false;  ///< of a block: two forms
    int form = 0;          ///< of a block: three forms
    int head_width = 32;   ///< features of an attention head
};

/// A network while it is drawn and written.
class ProbeMaker {
  public:
    ProbeMaker(Rng rng, std::int64_t target_macs);

    ProbeDraws draws;
    std::int64_t target;  ///< MACs of the network, about
    ProbeStyle style;
    GraphBuilder builder;

    /// A name of its own for the next operator.
    std::string part(std::string_view kind);
    [[nodiscard]] const Shape& shape(int x) const { return builder.shape(x); }
    [[nodiscard]] int channels(int x) const { return shape(x).channels; }

    /// Convolution that keeps the plane (divided by the stride), batch norm or bias, activation.
    int conv(int x, int channels, int kernel, int stride = 1, int groups = 1);
    int conv(int x, int channels, const Window& window, Activation activation);
    /// The same without activation.
    int linear_conv(int x, int channels, int kernel, int stride = 1, int groups = 1);
    int depthwise(int x, int kernel, int stride);
    int act(int x, Activation activation);
    int norm(int x);
    int add(int a, int b);
    int concat(const std::vector<int>& parts, int axis = 0);
    int max_pool(int x, int kernel, int stride);
    int avg_pool(int x, int kernel, int stride);
    int squeeze(int x, int reduced, Activation gate);
    int linear(int x, int features, bool bias = true);
    int layer_norm(int x, int axes = 1);
    int transpose(int x, const std::array<int, 3>& order);
    int reshape(int x, Shape to);
    int parameter(Shape shape);
    /// The value with the block's input added, where their shapes agree.
    int rejoin(int from, int x);

    /// Global pool and classifier.
    int classify(int x);

  private:
    int parts_ = 0;
};

/// Appends a block that ends with about so many channels, its plane divided by the stride.
using PlaneBlock = int (*)(ProbeMaker& m, int x, int channels, int stride);
/// Appends a block on tokens 1 x T x D.
using TokenBlock = int (*)(ProbeMaker& m, int x);
/// Writes a whole network.
using ProbeWriter = void (*)(ProbeMaker& m);

// probe_convolutions.cpp
int conv_block(ProbeMaker& m, int x, int channels, int stride);
int pointwise_block(ProbeMaker& m, int x, int channels, int stride);
int large_conv_block(ProbeMaker& m, int x, int channels, int stride);
int dilated_block(ProbeMaker& m, int x, int channels, int stride);
int separable_block(ProbeMaker& m, int x, int channels, int stride);
int branched_block(ProbeMaker& m, int x, int channels, int stride);
int factorised_block(ProbeMaker& m, int x, int channels, int stride);

// probe_joined.cpp
int dense_block(ProbeMaker& m, int x, int channels, int stride);
int inception_block(ProbeMaker& m, int x, int channels, int stride);
int fire_block(ProbeMaker& m, int x, int channels, int stride);
int partial_block(ProbeMaker& m, int x, int channels, int stride);
int pyramid_block(ProbeMaker& m, int x, int channels, int stride);
int cell_block(ProbeMaker& m, int x, int channels, int stride);

// probe_residuals.cpp
int basic_residual(ProbeMaker& m, int x, int channels, int stride);
int bottleneck_residual(ProbeMaker& m, int x, int channels, int stride);
int grouped_residual(ProbeMaker& m, int x, int channels, int stride);
int preactivated_residual(ProbeMaker& m, int x, int channels, int stride);
int convnext_block(ProbeMaker& m, int x, int channels, int stride);

// probe_mobile.cpp
int inverted_residual(ProbeMaker& m, int x, int channels, int stride);
int squeezed_inverted_residual(ProbeMaker& m, int x, int channels, int stride);
int fused_inverted_residual(ProbeMaker& m, int x, int channels, int stride);
int shuffle_unit(ProbeMaker& m, int x, int channels, int stride);
int split_shuffle_unit(ProbeMaker& m, int x, int channels, int stride);
int ghost_block(ProbeMaker& m, int x, int channels, int stride);

// probe_tokens.cpp
int encoder_block(ProbeMaker& m, int x);
int window_block(ProbeMaker& m, int x);
int reduced_block(ProbeMaker& m, int x);
int mixer_block(ProbeMaker& m, int x);
int gated_block(ProbeMaker& m, int x);

// probe_planes.cpp, probe_sequences.cpp: networks of one kind of block
void write_planes(ProbeMaker& m, PlaneBlock block, bool whole);
void write_tokens(ProbeMaker& m, TokenBlock block, bool whole);
void write_words(ProbeMaker& m);

// probe_special.cpp, probe_decoders.cpp
void write_stem(ProbeMaker& m);
void write_line(ProbeMaker& m);
void write_pools(ProbeMaker& m);
void write_head(ProbeMaker& m);
void write_connected(ProbeMaker& m);
void write_u_net(ProbeMaker& m);
void write_generator(ProbeMaker& m);
void write_feature_pyramid(ProbeMaker& m);
void write_super_resolution(ProbeMaker& m);

}  // namespace latpred
