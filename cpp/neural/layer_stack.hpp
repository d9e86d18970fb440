// A network of layers over graphs and rows of numbers, trained by the training room's loop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/safetensors.hpp"
#include "encodings/graph_batch.hpp"
#include "training/parameters.hpp"

namespace latpred {

/// What a stack reads: N rows, e.g. networks, or networks on devices.
struct StackData {
    /// Null where the stack reads no "nodes".
    GraphBatchPtr graphs;
    /// N: the graph of each row, by its number in `graphs`; empty: row i is network i of `graphs`.
    std::vector<std::int64_t> graph;
    /// N x width of each other input, row-major.
    std::map<std::string, std::vector<float>> inputs;
    std::size_t rows = 0;  ///< N
};

/// Of which values dropout takes in this pass: epochs of a training differ, minibatches and threads
/// do not matter.
struct DropoutSeed {
    std::uint64_t seed = 0;
    std::uint64_t epoch = 0;
};

/// The loss of a minibatch from the outputs (rows x outputs); writes its slopes.
using StackLoss = std::function<double(std::span<const float> outputs, std::span<float> slopes)>;

/// Layers of a description. All computing is on the calling thread, so that results do not depend
/// on the number of threads; passes without learning may run on many threads at once.
///
/// The description is a JSON object: {"inputs": {"nodes": features of a node, name: width, …},
/// "layers": [{"kind": …, "name": …, "from": name or names, …}, …], "global_node": false,
/// "initial": "pytorch"}. Inputs other than "nodes" have one row a graph. A layer reads the one
/// before it unless "from" names others; values of graphs are repeated for each node where a layer
/// joins them with those of nodes. The last layer gives the outputs, a row a graph.
/// Kinds (W, b: learned; x: the input; for options see LayerSpec):
/// "linear" x W + b · "mlp" linear layers of "hidden" widths and "width", with "activation" (relu)
/// and dropout of "rate" between · "embedding" row of a table of "count" ids · "layer_norm" ·
/// "batch_norm" by the minibatch's mean and variance in training (by the running ones, with
/// "momentum", elsewhere and for a minibatch of one value), plus "epsilon" ·
/// "dropout" · "activation" · "concat", "add", "average" of several · "columns" some of them ·
/// "constant" a learned row for every node · "ends" other rows for first and last nodes ·
/// "gcn" A x W + b, "normalise" none, rows (by in-degree) or symmetric ·
/// "dgf" sigmoid(gate) * (A x W) + x W + b · "gat" LayerNorm(sigmoid(gate) * attention along
/// edges), or with "mask" multiply over all nodes of a graph, scores times A, as published · "gin"
/// perceptron of (1 + epsilon) x + A x · "gru" over the nodes in order · "mean", "sum", "first",
/// "last" of a graph's nodes. A: edges into a node ("direction" predecessors), with "self_loops"
/// where asked for ("gat": unless declined).
class LayerStack {
  public:
    /// ConfigError naming layer and key.
    explicit LayerStack(const std::string& description);
    ~LayerStack();
    LayerStack(LayerStack&&) noexcept;
    LayerStack& operator=(LayerStack&&) noexcept;

    /// First values of every tensor by (seed, its name), in the manner that the description says.
    void initialise(std::uint64_t seed);

    [[nodiscard]] const std::string& description() const;
    [[nodiscard]] const Parameters& parameters() const;
    /// Of tensor i of the parameters.
    [[nodiscard]] const std::vector<std::int64_t>& shape(std::size_t tensor) const;
    /// Numbers a row that the last layer gives.
    [[nodiscard]] std::size_t outputs() const;
    /// Width of each input by name.
    [[nodiscard]] const std::map<std::string, int>& inputs() const;

    /// DataError or ConfigError unless the data have every input, finite, of the right size. The
    /// passes below believe in data that were checked.
    void check(const StackData& data) const;

    /// Outputs of these rows of the data (rows x outputs), nothing dropped.
    void forward(const StackData& data, std::span<const std::uint32_t> rows,
                 std::span<float> outputs) const;
    /// The same with dropout.
    void forward(const StackData& data, std::span<const std::uint32_t> rows,
                 std::span<float> outputs, DropoutSeed dropout) const;

    /// Mean loss of these rows; writes the parameters' gradients, and running statistics of
    /// "batch_norm" into the parameters. Call it without Python's lock.
    double step(const StackData& data, std::span<const std::uint32_t> rows, DropoutSeed dropout,
                const StackLoss& loss) const;

    /// Half the squared sum of errors to `target` (rows x outputs), differentiated twice: the
    /// product of its Hessian with `vector` (both in the layout of parameters().values()).
    /// ConfigError where a layer has no second derivatives.
    void hessian_vector(const StackData& data, std::span<const std::uint32_t> rows,
                        std::span<const float> target, std::span<const float> vector,
                        std::span<float> product) const;

    /// Adds the description and a tensor a parameter, F32, their names behind `prefix`.
    void store(TensorFile& file, const std::string& prefix = "stack.") const;
    /// CorruptionError where one is missing, of another shape or not finite.
    static LayerStack load(const TensorFile& file, const std::string& prefix = "stack.");

  private:
    struct Impl;
    explicit LayerStack(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace latpred
