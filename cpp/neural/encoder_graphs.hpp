// The graphs that learned encodings read: an operation at each node, numbers beside it, and edges.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/safetensors.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// One network's graph of n nodes, each before those that it feeds.
struct EncoderGraph {
    std::vector<std::int64_t> operations;  ///< n: below the vocabulary's size, which means unknown
    std::vector<float> numbers;            ///< n x F, standardised
    std::vector<float> adjacency;          ///< n x n: 1 where the row's node feeds the column's

    [[nodiscard]] std::size_t nodes() const { return operations.size(); }
};

/// The different graphs of N networks.
struct EncoderGraphBatch {
    std::vector<EncoderGraph> graphs;
    std::vector<std::size_t> index;  ///< N: the graph of each network
};

/// Reads architectures by operations and scales that were learnt from networks of their space.
class EncoderGraphs {
  public:
    /// `form`: "honest": the cell of NAS-Bench-201, stem, blocks and head of a network of blocks
    /// with their stage, stride, channels and height, else the places of the space with the costs
    /// of each; or "published", as NASFLAT has them: the same cell, and FBNet as 22 operations
    /// without edges. ConfigError for another form, or a space that the published one lacks.
    EncoderGraphs(std::string form, const Architectures& fitted, int threads = 1);

    [[nodiscard]] const SpacePtr& space() const { return space_; }
    /// K: their features that say what a node is, joined; a node with another set is unknown.
    [[nodiscard]] const std::vector<std::string>& operations() const { return operations_; }
    [[nodiscard]] std::size_t numbers() const { return means_.size(); }  ///< F
    /// Whether the numbers of a node are costs, from which its operation can be told.
    [[nodiscard]] bool numbers_are_costs() const;
    /// SchemaError for architectures of another space.
    [[nodiscard]] EncoderGraphBatch read(const Architectures& archs, int threads = 1) const;

    void store(TensorFile& file, const std::string& prefix) const;
    /// CorruptionError.
    static EncoderGraphs load(const SpacePtr& space, const TensorFile& file,
                              const std::string& prefix);

  private:
    EncoderGraphs(SpacePtr space, std::string form);
    [[nodiscard]] std::size_t operation(const std::string& name) const;

    SpacePtr space_;
    std::string form_;
    std::vector<std::string> operations_;     ///< ascending
    std::vector<double> means_, deviations_;  ///< of each number
};

}  // namespace latpred
