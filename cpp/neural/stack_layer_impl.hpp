// A layer of a stack: what it has to learn, and what it does with tensors.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "neural/graph_input_impl.hpp"
#include "neural/layer_spec.hpp"

namespace latpred {

/// Rows of a value: one a node of all graphs, or one a graph.
enum class RowsOf : std::uint8_t { nodes, graphs };

struct ValueShape {
    RowsOf rows = RowsOf::graphs;
    std::int64_t width = 0;
};

/// How a tensor starts: constant, uniform within +-scale, or normal with that deviation.
struct Start {
    enum class Kind : std::uint8_t { constant, uniform, normal } kind = Kind::constant;
    double scale = 0;
};

struct LayerTensor {
    std::string name;  ///< within its layer
    std::vector<std::int64_t> shape;
    Start start;
    bool learned = true;  ///< else a statistic that steps of a training keep up to date
};

/// What a forward has besides values and parameters.
struct ForwardContext {
    const GraphTensors& graphs;
    std::span<const std::uint32_t> rows;  ///< number of each graph in the data
    bool training = false;
    std::uint64_t seed = 0, epoch = 0;  ///< of dropout
    bool learning = false;              ///< statistics are brought up to date, in place
};

using Tensors = std::span<const at::Tensor>;

struct StackLayer {
    ValueShape shape;
    std::vector<LayerTensor> tensors;
    std::function<at::Tensor(const ForwardContext&, Tensors inputs, Tensors parameters)> forward;
};

/// The layer of `spec` behind values of these shapes (its gate's last). ConfigError naming it where
/// they do not fit.
StackLayer make_layer(const LayerSpec& spec, std::span<const ValueShape> inputs);

// Makers of families of kinds.
StackLayer make_batch_norm_layer(const LayerSpec& spec, std::span<const ValueShape> inputs);
StackLayer make_dense_layer(const LayerSpec& spec, std::span<const ValueShape> inputs);
StackLayer make_joining_layer(const LayerSpec& spec, std::span<const ValueShape> inputs);
StackLayer make_embedding_layer(const LayerSpec& spec, std::span<const ValueShape> inputs);
StackLayer make_graph_layer(const LayerSpec& spec, std::span<const ValueShape> inputs);
StackLayer make_readout_layer(const LayerSpec& spec, std::span<const ValueShape> inputs);
StackLayer make_recurrent_layer(const LayerSpec& spec, std::span<const ValueShape> inputs);

/// ConfigError "layer 'gcn2': …".
[[noreturn]] void refuse_layer(const LayerSpec& spec, const std::string& expected);
/// The width asked for; ConfigError where none is.
std::int64_t width_of(const LayerSpec& spec);
/// Throws unless the only input has a row a node (or one a graph).
void want_rows(const LayerSpec& spec, const ValueShape& input, RowsOf rows);

/// As PyTorch's nn.Linear: uniform within 1 / sqrt(inputs), both tensors.
void add_linear(std::vector<LayerTensor>& tensors, const std::string& prefix, std::int64_t inputs,
                std::int64_t outputs, bool bias = true);

/// `fresh`: nobody else reads x, whose memory the result may take.
at::Tensor activated(const LayerSpec& spec, at::Tensor x, bool fresh = true);

/// `x` with the share `rate` of its values dropped and the others scaled up: which ones follows
/// from seed, epoch, `name` and the rows' numbers, whatever threads and minibatches.
at::Tensor dropped(const ForwardContext& context, const std::string& name, double rate,
                   ValueShape shape, const at::Tensor& x);

/// A row a node from a row a graph.
at::Tensor spread(const ForwardContext& context, const at::Tensor& x);

}  // namespace latpred
