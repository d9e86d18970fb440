// The two cells of a network of NDS as graphs with their operations on nodes, as NASFLAT has them.
#pragma once

#include "encodings/graph_encoding.hpp"
#include "spaces/nds.hpp"

namespace latpred {

/// The normal cell's nodes, then as many of the reduction cell's: its two inputs, its operations in
/// gene order, its output; 22 in "darts", 26 elsewhere. No edge leads from one cell to the other.
/// F: one-hot in the order output, input_0, input_1, the operations of the space. What reads a node
/// of the cell reads both of its operations; `none` keeps its feature and loses its edges.
class NdsGraph final : public GraphEncoding {
  public:
    explicit NdsGraph(const SpacePtr& space);
    [[nodiscard]] std::size_t nodes() const override { return 2 * cell_nodes_; }
    [[nodiscard]] std::vector<std::string> feature_names() const override { return names_; }

  private:
    void write(std::span<const GeneValue> row, std::span<float> features,
               std::span<float> adjacency) const override;
    void write_cell(std::span<const GeneValue> row, int cell, std::span<float> features,
                    std::span<float> adjacency) const;

    const Nds* family_;
    std::size_t cell_nodes_;
    std::vector<std::string> names_;
};

}  // namespace latpred
