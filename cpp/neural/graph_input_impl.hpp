// The graphs of a minibatch as LibTorch tensors and lists of edges.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "encodings/graph_batch.hpp"
#include "neural/edge_kernels.hpp"

namespace latpred {

/// Which edges a layer sums along, and how they count.
struct Neighbours {
    std::string direction = "predecessors";  ///< or "successors", "both"
    std::string normalise = "none";          ///< or "rows", "symmetric"
    bool self_loops = false;
    bool all_pairs = false;  ///< of nodes of a graph; without an edge of weight 0

    auto operator<=>(const Neighbours&) const = default;
};

/// Edges as they are summed along, and turned round for the gradient.
struct EdgePair {
    EdgeList forward, backward;
};
using EdgePairPtr = std::shared_ptr<const EdgePair>;

/// Nodes stay ragged, graph behind graph: a layer costs what its real nodes and edges cost. Made
/// for one forward, on one thread.
class GraphTensors {
  public:
    /// B graphs of the batch by number, each as often as it is named. With `global_node` each gets
    /// a last node more that all its nodes feed, told by a feature more that is 1 there only.
    GraphTensors(const GraphBatch& batch, std::span<const std::int64_t> graphs, bool global_node);
    /// No graphs, B rows.
    explicit GraphTensors(std::int64_t rows) : graphs_(rows) {}

    [[nodiscard]] std::int64_t graphs() const { return graphs_; }  ///< B
    [[nodiscard]] std::int64_t nodes() const { return offsets_.back(); }
    /// Nodes of each graph where all have as many, else 0.
    [[nodiscard]] std::int64_t common_width() const;
    /// B + 1: the first node of each graph.
    [[nodiscard]] const std::vector<std::int64_t>& offsets() const { return offsets_; }
    /// Nodes x features; a view of the batch where its graphs are taken in a row.
    [[nodiscard]] const at::Tensor& features() const { return features_; }
    [[nodiscard]] const at::Tensor& owners() const { return owners_; }  ///< graph of each node
    [[nodiscard]] at::Tensor firsts() const;                            ///< B: number of the node
    [[nodiscard]] at::Tensor lasts() const;
    [[nodiscard]] const EdgePairPtr& edges(const Neighbours& neighbours) const;
    /// From the nodes to their graph; turned round, from a graph to its nodes.
    [[nodiscard]] const EdgePairPtr& membership() const;
    /// The same with a weight a node.
    [[nodiscard]] EdgePairPtr weighted_membership(std::span<const float> weights) const;

  private:
    void copy_features(const GraphBatch& batch, std::span<const std::int64_t> graphs,
                       bool global_node);
    void collect_edges(const GraphBatch& batch, std::span<const std::int64_t> graphs,
                       bool global_node);

    std::int64_t graphs_;
    std::vector<std::int64_t> offsets_{0};
    std::vector<std::int32_t> sources_, targets_;  ///< in ascending order of targets
    at::Tensor features_, owners_;
    mutable std::map<Neighbours, EdgePairPtr> edges_;
    mutable EdgePairPtr membership_;
};

}  // namespace latpred
