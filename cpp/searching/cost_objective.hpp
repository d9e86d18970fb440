// Counted costs of networks as objectives: "macs", "params", "u2.macs", …
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "graphs/costs.hpp"
#include "spaces/objective.hpp"

namespace latpred {

/// Counts batches, and remembers the last one: several costs of it take one lowering a network.
class CostCounter {
  public:
    /// Writes the cost `member` of each network, or of its unit number `unit`. ConfigError for a
    /// unit that the space has not.
    void read(const Architectures& archs, std::int64_t Costs::* member, std::optional<int> unit,
              std::span<double> values);

  private:
    void count(const Architectures& archs);

    std::mutex mutex_;
    SpacePtr space_;
    std::vector<GeneValue> genes_;
    std::size_t units_ = 0;
    std::vector<Costs> costs_;  ///< N x (1 + units): of the whole, then of each unit
};

/// `name` is macs, params, bytes, peak_bytes or kernels as graphs/costs.hpp defines them, or, of
/// unit number 2, "u2.macs", "u2.params" or "u2.kernels". ConfigError for anything else. For one
/// image; equal results in any batch.
std::shared_ptr<const Objective> cost_objective(const std::string& name,
                                                std::shared_ptr<CostCounter> counter = nullptr);

}  // namespace latpred
