// Networks as graphs for models: node features and who feeds whom, each different graph once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace latpred {

/// U different graphs of N networks, M nodes with F features and E edges in all, as plain arrays
/// that models read without copies. Graph u has the nodes from offsets[u] to offsets[u + 1]; edges
/// number the nodes of the whole batch, stay within a graph, ascend by target, then source, are
/// there once, and close no cycle. In batches from spaces and op graphs every source stands before
/// its target.
struct GraphBatch {
    std::vector<float> nodes;                   ///< M x F, row-major, finite
    std::vector<std::int64_t> edges;            ///< 2 x E: all sources, then all targets
    std::vector<std::int64_t> offsets{0};       ///< U + 1, ascending: the first node of each graph
    std::vector<std::int64_t> edge_offsets{0};  ///< U + 1: the first edge of each graph
    std::vector<std::int64_t> index;            ///< N: the graph of each network, 0 to U - 1
    std::vector<std::string> feature_names;     ///< F
    std::vector<std::string> names;             ///< that nodes have, each once
    std::vector<std::int32_t> name_of;          ///< M: into `names`; of the first network that has
                                                ///< the graph

    [[nodiscard]] std::size_t graphs() const { return offsets.size() - 1; }      ///< U
    [[nodiscard]] std::size_t networks() const { return index.size(); }          ///< N
    [[nodiscard]] std::size_t features() const { return feature_names.size(); }  ///< F
    [[nodiscard]] std::size_t node_count() const { return name_of.size(); }      ///< M
    [[nodiscard]] std::size_t edge_count() const { return edges.size() / 2; }    ///< E
    [[nodiscard]] std::span<const std::int64_t> sources() const {                ///< E
        return std::span(edges).first(edge_count());
    }
    [[nodiscard]] std::span<const std::int64_t> targets() const {  ///< E
        return std::span(edges).subspan(edge_count());
    }
    /// V: the most nodes of a graph.
    [[nodiscard]] std::size_t widest() const;
    /// Nodes of graph `u`.
    [[nodiscard]] std::size_t width(std::size_t u) const {
        return static_cast<std::size_t>(offsets[u + 1] - offsets[u]);
    }

    /// Whether all arrays and names are the same.
    bool operator==(const GraphBatch& other) const;
};

using GraphBatchPtr = std::shared_ptr<const GraphBatch>;

/// The same batch with edges in order, `edge_offsets` and names ("n0", …) filled in where empty.
/// DataError, saying where: sizes that do not fit, offsets that do not ascend, an empty graph, a
/// node that is not finite, an edge out of range, across graphs or twice, a cycle, an index that no
/// graph has.
GraphBatch checked(GraphBatch batch);

/// These graphs (numbers below U), each as a network; of one that comes twice there is one.
GraphBatch pick(const GraphBatch& batch, std::span<const std::size_t> graphs);

/// The graphs of these networks (numbers below N; ConfigError otherwise), in order of first use.
GraphBatch select(const GraphBatch& batch, std::span<const std::size_t> networks);

}  // namespace latpred
