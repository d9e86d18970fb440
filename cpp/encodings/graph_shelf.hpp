// Drawn networks in few bytes, and batches from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "encodings/graph_batch.hpp"
#include "encodings/graph_level.hpp"

namespace latpred {

/// Texts or bytes, each once, numbered from 0.
class ByteTable {
  public:
    /// The number of `bytes`, and whether they are new.
    std::pair<std::int32_t, bool> number(std::string_view bytes);
    [[nodiscard]] std::size_t size() const { return number_.size(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view bytes) const {
            return std::hash<std::string_view>()(bytes);
        }
    };
    std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> number_;
};

/// A network on a shelf: its nodes and names by number.
struct ShelvedGraph {
    std::vector<std::int32_t> rows;   ///< of features, one a node
    std::vector<std::int32_t> names;  ///< one a node
    std::vector<std::pair<std::int32_t, std::int32_t>> edges;
    std::uint64_t hash = 0;  ///< of rows and edges

    /// Whether nodes and edges are the same, whatever the names.
    [[nodiscard]] bool same_graph(const ShelvedGraph& other) const {
        return hash == other.hash && rows == other.rows && edges == other.edges;
    }
    [[nodiscard]] std::size_t bytes() const;
};

using ShelvedPtr = std::shared_ptr<const ShelvedGraph>;

/// Networks of one level. Most nodes of a space's networks are alike, so that features are kept
/// once each, and graphs hold their numbers.
class GraphShelf {
  public:
    explicit GraphShelf(const GraphLevel& level);

    [[nodiscard]] ShelvedPtr put(const GraphDrawing& drawing);
    /// The batch of N networks; graphs in the order of first use.
    [[nodiscard]] GraphBatch batch(std::span<const ShelvedPtr> networks) const;
    /// Of the tables; graphs count for themselves.
    [[nodiscard]] std::size_t bytes() const;

  private:
    std::int32_t row_of(std::span<const std::int64_t> numbers);

    const GraphLevel& level_;
    std::vector<std::string> feature_names_;
    ByteTable numbers_;              ///< of nodes
    std::vector<std::int32_t> row_;  ///< of features, of each of `numbers_`
    ByteTable rows_;                 ///< of features
    std::vector<float> features_;    ///< of each of `rows_`
    ByteTable names_;
    std::vector<std::string> texts_;  ///< of each of `names_`
};

}  // namespace latpred
