// Counts of a space's places as tables over the genes that decide them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "spaces/cost_account.hpp"
#include "spaces/family.hpp"

namespace latpred {

/// What a table holds: counts of operators, counts of kernels, or the peak of live elements.
enum class CostLevel : std::uint8_t { operators, kernels, peak };
inline constexpr std::size_t cost_levels = 3;

constexpr CostLevel level_of(CostKind kind) {
    return static_cast<std::size_t>(kind) < operator_kinds ? CostLevel::operators
                                                           : CostLevel::kernels;
}

/// One table: by the choices of `columns`, the counts of the places that they decide, by unit. An
/// entry is one row of `kinds` numbers for each of `units`; for peaks it is one number.
struct CostPart {
    CostLevel level = CostLevel::operators;
    std::vector<int> columns;
    std::vector<std::size_t> strides;  ///< of the columns in the entry's number
    std::size_t entries = 1;           ///< as many as the columns have joint choices
    std::vector<int> units;            ///< of its places, each once
    std::unordered_map<std::size_t, std::vector<std::int64_t>> known;  ///< by the entry's number

    [[nodiscard]] std::size_t number(std::span<const GeneValue> row) const;
};

/// Lowering fills the tables: every network that is lowered fills one entry of each. Places that
/// decide each other's kernels, or across which values are kept alive, share a table; which they
/// are is found on random networks, and checked on every network that is lowered later.
class CostParts {
  public:
    /// Tables of one level hold together at most so many entries, of so many places.
    static constexpr std::size_t most_entries = 1000000;
    static constexpr std::size_t most_places = 1000;

    explicit CostParts(const Family& family);

    [[nodiscard]] const std::vector<CostPart>& parts() const { return parts_; }
    [[nodiscard]] const std::vector<Gene>& genes() const { return family_.genes(); }
    /// False where the level needs too many entries, or a network showed that its tables do not
    /// hold; its parts then mean nothing.
    [[nodiscard]] bool tabled(CostLevel level) const {
        return tabled_[static_cast<std::size_t>(level)];
    }
    /// Lowers the network of a canonical row and keeps its counts.
    void learn(std::span<const GeneValue> row);

  private:
    [[nodiscard]] std::vector<std::vector<GeneValue>> random_rows() const;
    void make_parts(CostLevel level, const PlaceSets& sets);
    CostPart& part_of(CostLevel level, const std::vector<int>& columns);
    void check_ties(const CostAccount& account);
    void record(std::span<const GeneValue> row, const CostAccount& account);
    void record(CostPart& part, std::size_t number, std::vector<std::int64_t> values);

    const Family& family_;
    const PlaceMap& map_;
    std::vector<CostPart> parts_;
    std::array<PlaceSets, cost_levels> sets_;                 ///< that share a table
    std::array<std::vector<std::size_t>, cost_levels> part_;  ///< of each place, at each level
    std::array<bool, cost_levels> tabled_{true, true, true};
};

}  // namespace latpred
