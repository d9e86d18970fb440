#include "spaces/cost_evaluator.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <set>
#include <tuple>

#include "base/index.hpp"
#include "spaces/transpose.hpp"

namespace latpred {
namespace {

constexpr std::size_t joined_numbers = 8192;  // 64 KiB a table: a dozen of them stay in L2
constexpr std::size_t vector_lanes = 4;

using Quad __attribute__((vector_size(32))) = std::int64_t;

// An entry that is not filled yet keeps a sum of counts below 0, and a peak at the most.
constexpr std::int64_t no_sum = -(std::int64_t{1} << 52);
constexpr std::int64_t no_peak = std::numeric_limits<std::int64_t>::max();

}  // namespace

CostEvaluator::CostEvaluator(std::size_t gene_count, std::vector<CostSum> sums, std::size_t outputs,
                             bool peak)
    : gene_count_(gene_count), sums_(std::move(sums)), outputs_(outputs),
      lanes_(outputs == 1 ? 1 : (outputs + vector_lanes - 1) / vector_lanes * vector_lanes),
      peak_(peak) {}

CostEvaluator::CostEvaluator(const CostParts& parts, std::size_t gene_count,
                             const std::vector<CostSum>& sums)
    : CostEvaluator(gene_count, sums, sums.size(), false) {
    join(parts);
}

CostEvaluator CostEvaluator::of_peak(const CostParts& parts, std::size_t gene_count) {
    CostEvaluator evaluator(gene_count, {}, 1, true);
    evaluator.join(parts);
    return evaluator;
}

bool CostEvaluator::needs(const CostPart& part) const {
    if (peak_ || part.level == CostLevel::peak)
        return peak_ && part.level == CostLevel::peak;
    return std::ranges::any_of(sums_, [&](const CostSum& sum) {
        return std::ranges::any_of(part.units, [&](int unit) { return sum.counts(unit); }) &&
               std::ranges::any_of(
                   sum.terms, [&](const auto& term) { return level_of(term.first) == part.level; });
    });
}

void CostEvaluator::join(const CostParts& parts) {
    std::vector<std::set<int>> groups;
    const std::vector<Gene>& genes = parts.genes();
    const auto size = [&](const std::set<int>& columns) {
        std::size_t total = 1;
        for (int column : columns)
            total *= as_index(genes[as_index(column)].choices());
        return total;
    };
    for (std::size_t p = 0; p < parts.parts().size(); ++p) {
        const CostPart& part = parts.parts()[p];
        if (!needs(part))
            continue;
        std::size_t best = groups.size();
        std::size_t best_size = joined_numbers / lanes_ + 1;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            std::set<int> both = groups[i];
            both.insert(part.columns.begin(), part.columns.end());
            if (size(both) < best_size)
                std::tie(best, best_size) = std::pair(i, size(both));
        }
        if (best == groups.size()) {
            groups.emplace_back();
            joined_.emplace_back();
        }
        groups[best].insert(part.columns.begin(), part.columns.end());
        joined_[best].parts.push_back(p);
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        Joined& table = joined_[i];
        for (int column : groups[i]) {
            table.columns.push_back(static_cast<std::uint16_t>(column));
            table.strides.push_back(static_cast<std::uint32_t>(table.entries));
            table.entries *= as_index(genes[as_index(column)].choices());
        }
        table.values.assign(table.entries * lanes_, peak_ ? no_peak : no_sum);
    }
}

void CostEvaluator::add(const CostPart& part, const std::vector<std::int64_t>& counts,
                        std::int64_t* entry) const {
    if (peak_) {
        *entry = std::max(*entry, counts.front());
        return;
    }
    const std::size_t kinds = counts.size() / part.units.size();
    const std::size_t first = part.level == CostLevel::operators ? 0 : operator_kinds;
    for (std::size_t output = 0; output < outputs_; ++output) {
        for (std::size_t unit = 0; unit < part.units.size(); ++unit) {
            if (!sums_[output].counts(part.units[unit]))
                continue;
            for (const auto& [kind, weight] : sums_[output].terms) {
                if (level_of(kind) == part.level)
                    entry[output] +=
                        weight * counts[unit * kinds + static_cast<std::size_t>(kind) - first];
            }
        }
    }
}

std::size_t CostEvaluator::Joined::number(std::span<const GeneValue> row) const {
    std::size_t sum = 0;
    for (std::size_t k = 0; k < columns.size(); ++k)
        sum += as_index(row[columns[k]]) * strides[k];
    return sum;
}

bool CostEvaluator::fill(const CostParts& parts, std::span<const GeneValue> row) {
    const std::int64_t missing = peak_ ? no_peak : no_sum;
    for (Joined& table : joined_) {
        std::int64_t* entry = table.values.data() + table.number(row) * lanes_;
        if (*entry != missing)
            continue;
        std::vector<std::int64_t> sums(lanes_, 0);
        for (std::size_t p : table.parts) {
            const CostPart& part = parts.parts()[p];
            const auto known = part.known.find(part.number(row));
            if (known == part.known.end())
                return false;
            add(part, known->second, sums.data());
        }
        std::ranges::copy(sums, entry);
    }
    return true;
}

std::vector<std::size_t> CostEvaluator::evaluate(std::span<const GeneValue> genes,
                                                 std::span<std::int64_t> values) const {
    std::vector<std::uint16_t> by_column(gene_count_ * tile_rows);
    std::vector<GeneValue> padded(gene_count_ * transpose_lanes);
    std::vector<const std::int64_t*> entries(joined_.size() * tile_rows);
    std::vector<std::size_t> missing;
    const std::size_t count = values.size() / outputs_;
    for (std::size_t begin = 0; begin < count; begin += tile_rows) {
        const std::size_t rows = std::min(tile_rows, count - begin);
        transpose_rows(genes.data() + begin * gene_count_, rows, gene_count_, tile_rows,
                       by_column.data(), padded.data());
        find_entries(by_column.data(), rows, entries.data());
        std::int64_t* out = values.data() + begin * outputs_;
        sum_up(entries.data(), rows, out);
        for (std::size_t i = 0; i < rows; ++i) {
            const std::int64_t first = out[i * outputs_];
            if (first < 0 || first == no_peak)
                missing.push_back(begin + i);
        }
    }
    return missing;
}

void CostEvaluator::find_entries(const std::uint16_t* by_column, std::size_t rows,
                                 const std::int64_t** entries) const {
    std::array<std::uint16_t, tile_rows> small;
    std::array<std::uint32_t, tile_rows> index;
    for (std::size_t t = 0; t < joined_.size(); ++t) {
        const Joined& table = joined_[t];
        const std::span<const std::uint32_t> strides(table.strides);
        if (table.entries <= std::numeric_limits<std::uint16_t>::max()) {
            joint_choices(by_column, table.columns, strides, small.data());
            std::ranges::copy(small, index.begin());
        } else {
            joint_choices(by_column, table.columns, strides, index.data());
        }
        for (std::size_t i = 0; i < rows; ++i)
            entries[i * joined_.size() + t] = table.values.data() + index[i] * lanes_;
    }
}

void CostEvaluator::sum_up(const std::int64_t* const* entries, std::size_t rows,
                           std::int64_t* values) const {
    const std::size_t tables = joined_.size();
    for (std::size_t row = 0; row < rows; ++row, entries += tables, values += outputs_) {
        if (peak_) {
            *values = 0;
            for (std::size_t t = 0; t < tables; ++t)
                *values = std::max(*values, *entries[t]);
        } else if (lanes_ == 1) {
            *values = 0;
            for (std::size_t t = 0; t < tables; ++t)
                *values += *entries[t];
        } else {
            for (std::size_t lane = 0; lane < outputs_; lane += vector_lanes) {
                Quad sum{};
                for (std::size_t t = 0; t < tables; ++t) {
                    Quad entry;
                    std::memcpy(&entry, entries[t] + lane, sizeof entry);
                    sum += entry;
                }
                std::memcpy(values + lane, &sum,
                            std::min(vector_lanes, outputs_ - lane) * sizeof(std::int64_t));
            }
        }
    }
}

}  // namespace latpred
