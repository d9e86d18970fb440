// What a node of a graph for models is: a level of looking at an op graph.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "graphs/op_graph.hpp"
#include "spaces/gene.hpp"

namespace latpred {

/// One network as nodes of whole numbers, from which alone the features are made.
struct GraphDrawing {
    std::vector<std::int64_t> numbers;  ///< nodes x `GraphLevel::numbers()`
    std::vector<std::string> names;     ///< of the nodes
    /// (target, source), ascending, each once; the source stands before the target.
    std::vector<std::pair<std::int32_t, std::int32_t>> edges;
};

/// Immutable.
class GraphLevel {
  public:
    GraphLevel() = default;
    GraphLevel(const GraphLevel&) = delete;
    GraphLevel& operator=(const GraphLevel&) = delete;
    virtual ~GraphLevel() = default;

    [[nodiscard]] virtual std::vector<std::string> feature_names() const = 0;  ///< F
    /// Whole numbers that tell a node.
    [[nodiscard]] virtual std::size_t numbers() const = 0;
    /// Writes all F features of a node.
    virtual void features(std::span<const std::int64_t> numbers, std::span<float> out) const = 0;
    /// `row`: the genes that lower to `graph`; empty for one that was made by hand.
    [[nodiscard]] virtual GraphDrawing draw(const OpGraph& graph,
                                            std::span<const GeneValue> row) const = 0;
};

}  // namespace latpred
