// The cell of NAS-Bench-201 as a graph with its operations on nodes, as BRP-NAS and NASFLAT have
// it.
#pragma once

#include "encodings/graph_encoding.hpp"

namespace latpred {

/// V = 8: the input, the six edges of the cell in gene order, the output. F = 7: one-hot in the
/// order output, input, none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3. A node with
/// `none` loses its edges; one with `skip_connect` is bridged from each node before it to each
/// behind it; then nodes on no way from input to output lose theirs. Features all stay.
class CellGraph final : public GraphEncoding {
  public:
    using GraphEncoding::GraphEncoding;
    [[nodiscard]] std::size_t nodes() const override { return 8; }
    [[nodiscard]] std::vector<std::string> feature_names() const override;

  private:
    void write(std::span<const GeneValue> row, std::span<float> features,
               std::span<float> adjacency) const override;
};

}  // namespace latpred
