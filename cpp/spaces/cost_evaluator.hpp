// Sums of cost tables for many rows at once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spaces/cost_parts.hpp"

namespace latpred {

/// Tables are joined into fewer, larger ones that lie in the cache. Their entries are filled when
/// a row first needs them.
class CostEvaluator {
  public:
    /// Of sums over places, one value each.
    CostEvaluator(const CostParts& parts, std::size_t gene_count, const std::vector<CostSum>& sums);
    /// Of the largest peak of live elements.
    static CostEvaluator of_peak(const CostParts& parts, std::size_t gene_count);

    [[nodiscard]] std::size_t outputs() const { return outputs_; }

    /// `values`: N x outputs. Returns the rows that need entries not filled yet; their values mean
    /// nothing.
    [[nodiscard]] std::vector<std::size_t> evaluate(std::span<const GeneValue> genes,
                                                    std::span<std::int64_t> values) const;
    /// Fills the entries that the row needs; false where the parts do not know them.
    bool fill(const CostParts& parts, std::span<const GeneValue> row);

  private:
    struct Joined {
        std::vector<std::uint16_t> columns;
        std::vector<std::uint32_t> strides;
        std::size_t entries = 1;
        std::vector<std::size_t> parts;
        std::vector<std::int64_t> values;  ///< entries x lanes

        [[nodiscard]] std::size_t number(std::span<const GeneValue> row) const;
    };

    CostEvaluator(std::size_t gene_count, std::vector<CostSum> sums, std::size_t outputs,
                  bool peak);
    void join(const CostParts& parts);
    [[nodiscard]] bool needs(const CostPart& part) const;
    void add(const CostPart& part, const std::vector<std::int64_t>& counts,
             std::int64_t* entry) const;
    void find_entries(const std::uint16_t* by_column, std::size_t rows,
                      const std::int64_t** entries) const;
    void sum_up(const std::int64_t* const* entries, std::size_t rows, std::int64_t* values) const;

    std::size_t gene_count_;
    std::vector<CostSum> sums_;
    std::size_t outputs_;
    std::size_t lanes_;  ///< outputs, filled up to a whole number of vectors
    bool peak_;
    std::vector<Joined> joined_;
};

}  // namespace latpred
