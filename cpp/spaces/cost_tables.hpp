// What architectures cost, from tables over genes instead of op graphs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "graphs/costs.hpp"
#include "spaces/cost_evaluator.hpp"
#include "spaces/cost_parts.hpp"

namespace latpred {

class Architectures;

/// Exactly what lowering and counting gives. Tables fill with the networks that are asked for,
/// some hundred of them; counts that no tables of a million entries hold are taken from lowered
/// networks, of which the last few thousand different ones are remembered. One object a family,
/// used by any number of threads.
class CostTables {
  public:
    explicit CostTables(const Family& family);
    ~CostTables();

    /// `genes`: N x G, canonical; `values`: N x sums, the first varying fastest.
    void evaluate(const std::vector<CostSum>& sums, std::span<const GeneValue> genes,
                  std::span<std::int64_t> values) const;
    /// Most elements alive at once; `values`: N.
    void peaks(std::span<const GeneValue> genes, std::span<std::int64_t> values) const;

    /// Whether tables, not lowering, give counts of that level.
    [[nodiscard]] bool tabled(CostLevel level) const;

  private:
    class Lowered;
    /// From tables; false where they do not hold what is asked for.
    bool from_tables(CostEvaluator& evaluator, std::span<const CostLevel> levels,
                     std::span<const GeneValue> genes, std::span<std::int64_t> values) const;
    [[nodiscard]] bool all_tabled(std::span<const CostLevel> levels) const;

    const Family& family_;
    mutable std::shared_mutex mutex_;  ///< of all tables
    mutable CostParts parts_;
    mutable std::map<std::vector<CostSum>, std::unique_ptr<CostEvaluator>> sums_;
    mutable std::unique_ptr<CostEvaluator> peak_;
    std::unique_ptr<Lowered> lowered_;
};

/// Costs of each architecture for one image.
std::vector<Costs> count_costs(const Architectures& archs, int threads = 1);

}  // namespace latpred
