// The graphs of a family's networks, remembered.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "encodings/graph_shelf.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// One level of one family. Used by any number of threads, one at a time.
class GraphSource {
  public:
    explicit GraphSource(std::unique_ptr<const GraphLevel> level);

    [[nodiscard]] const GraphLevel& level() const { return *level_; }
    [[nodiscard]] GraphBatch batch(const Architectures& archs, int threads);

    /// What is remembered between calls takes at most so many bytes, or else is forgotten.
    static constexpr std::size_t most_bytes = std::size_t{64} << 20;

  private:
    /// Lowers and shelves these rows of `archs`.
    void shelve(const Architectures& archs, std::span<const std::size_t> rows, int threads);

    std::unique_ptr<const GraphLevel> level_;
    std::mutex mutex_;  ///< of all below
    std::optional<GraphShelf> shelf_;
    std::unordered_map<std::string, ShelvedPtr> known_;  ///< by the genes
    std::size_t bytes_ = 0;                              ///< of `known_`
};

}  // namespace latpred
