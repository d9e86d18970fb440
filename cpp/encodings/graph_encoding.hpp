// Architectures as graphs for models: nodes with features, and who feeds whom.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// V nodes with F features each; every architecture of a space has the same V, and nodes that it
/// lacks have no edges.
class GraphEncoding {
  public:
    explicit GraphEncoding(SpacePtr space) : space_(std::move(space)) {}
    GraphEncoding(const GraphEncoding&) = delete;
    GraphEncoding& operator=(const GraphEncoding&) = delete;
    virtual ~GraphEncoding() = default;

    [[nodiscard]] const Space& space() const { return *space_; }
    [[nodiscard]] virtual std::size_t nodes() const = 0;  ///< V
    [[nodiscard]] virtual std::vector<std::string> feature_names() const = 0;
    [[nodiscard]] std::size_t features() const { return feature_names().size(); }  ///< F

    /// `features`: N x V x F; `adjacency`: N x V x V, 1 where the row's node feeds the column's.
    /// SchemaError for architectures of another family.
    void encode(const Architectures& archs, std::span<float> features,
                std::span<float> adjacency) const;

  protected:
    /// One architecture; both are zeros before.
    virtual void write(std::span<const GeneValue> row, std::span<float> features,
                       std::span<float> adjacency) const = 0;

  private:
    SpacePtr space_;
};

/// The form that the space's networks have: a cell's graph, or a chain of blocks.
std::shared_ptr<const GraphEncoding> make_graph_encoding(const SpacePtr& space);

}  // namespace latpred
