// The graph of an architecture as one vector, for models that take no graphs.
#pragma once

#include "encodings/encoding.hpp"
#include "encodings/graph_encoding.hpp"

namespace latpred {

/// The adjacency of `make_graph_encoding` above the diagonal, row by row, then the features of the
/// nodes, node by node.
class AdjacencyOps final : public Encoding {
  public:
    explicit AdjacencyOps(const SpacePtr& space);

    /// E.g. "edge 0>3" and "node 3 sep_conv_3x3".
    [[nodiscard]] std::vector<std::string> feature_names() const override;
    [[nodiscard]] std::size_t features() const override;

  private:
    void write(const Architectures& archs, std::span<float> out) const override;

    std::shared_ptr<const GraphEncoding> graph_;
    std::size_t wide_;  ///< features of one node
};

}  // namespace latpred
