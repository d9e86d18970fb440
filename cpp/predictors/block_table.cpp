#include "predictors/block_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/transpose.hpp"

namespace latpred {
namespace {

constexpr std::size_t index_limit = 65536;  // indices are 16 bits wide
constexpr std::size_t joined_limit = 2048;  // 16 KiB a table: a dozen of them stay in L2
constexpr std::size_t rows_at_once = 64;
constexpr std::size_t columns_on_stack = 256;

std::size_t product(const std::set<int>& columns, const std::vector<int>& sizes) {
    std::size_t total = 1;
    for (int column : columns)
        total *= static_cast<std::size_t>(sizes[static_cast<std::size_t>(column)]);
    return total;
}

void check(const TableTerm& term, const std::vector<int>& sizes) {
    const std::set<int> columns(term.columns.begin(), term.columns.end());
    if (columns.size() != term.columns.size() ||
        (!columns.empty() &&
         (*columns.begin() < 0 || *columns.rbegin() >= static_cast<int>(sizes.size())))) {
        throw ConfigError(message("table over genes ", join(term.columns),
                                  ": different genes of 0 to ", sizes.size() - 1, " expected"));
    }
    const std::size_t expected = product(columns, sizes);
    if (expected > index_limit || term.values.size() != expected) {
        throw ConfigError(message("table over genes ", join(term.columns), ": ", term.values.size(),
                                  " values, ", expected, " (at most ", index_limit, ") expected"));
    }
}

using Lanes __attribute__((vector_size(16))) = std::uint16_t;

/// index[row] = sum over the columns of column[row] x stride, for `rows_at_once` rows.
void add_strides(const std::uint16_t* by_column, std::span<const std::uint16_t> columns,
                 std::span<const std::uint16_t> strides, std::uint16_t* index) {
    constexpr std::size_t lanes = 8;
    Lanes sums[rows_at_once / lanes] = {};
    for (std::size_t k = 0; k < columns.size(); ++k) {
        const std::uint16_t* column = by_column + columns[k] * rows_at_once;
        for (std::size_t i = 0; i < rows_at_once / lanes; ++i) {
            Lanes values;
            std::memcpy(&values, column + i * lanes, sizeof values);
            sums[i] += values * strides[k];
        }
    }
    std::memcpy(index, sums, sizeof sums);
}

}  // namespace

BlockTable::BlockTable(const Space& space, std::vector<TableTerm> terms)
    : gene_count_(space.gene_count()), terms_(std::move(terms)) {
    if (gene_count_ > columns_on_stack) {
        throw ConfigError(
            message("a block table holds at most ", columns_on_stack, " genes, got ", gene_count_));
    }
    join(space);
}

void BlockTable::join(const Space& space) {
    std::vector<int> sizes;
    for (const Gene& gene : space.genes())
        sizes.push_back(gene.choices());
    std::vector<std::set<int>> groups;
    std::vector<std::vector<const TableTerm*>> members;
    for (const TableTerm& term : terms_) {
        check(term, sizes);
        std::size_t best = groups.size();
        std::size_t best_size = joined_limit + 1;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            std::set<int> both = groups[i];
            both.insert(term.columns.begin(), term.columns.end());
            const std::size_t size = product(both, sizes);
            if (size < best_size)
                std::tie(best, best_size) = std::pair(i, size);
        }
        if (best == groups.size()) {
            groups.emplace_back();
            members.emplace_back();
        }
        groups[best].insert(term.columns.begin(), term.columns.end());
        members[best].push_back(&term);
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        Joined table{{groups[i].begin(), groups[i].end()}, {}, {}};
        std::size_t stride = 1;
        for (std::uint16_t column : table.columns) {
            table.strides.push_back(static_cast<std::uint16_t>(stride));
            stride *= static_cast<std::size_t>(sizes[column]);
        }
        table.values.assign(stride, 0.0);
        for (const TableTerm* term : members[i])
            add_term(*term, sizes, table);
        joined_.push_back(std::move(table));
    }
    for (const Joined& table : joined_)
        entries_.push_back(table.values.data());
}

void BlockTable::add_term(const TableTerm& term, const std::vector<int>& sizes, Joined& table) {
    for (std::size_t entry = 0; entry < table.values.size(); ++entry) {
        std::size_t index = 0;
        for (int column : term.columns) {
            const auto size = static_cast<std::size_t>(sizes[static_cast<std::size_t>(column)]);
            const auto place = std::find(table.columns.begin(), table.columns.end(), column);
            const std::size_t stride =
                table.strides[static_cast<std::size_t>(place - table.columns.begin())];
            index = index * size + entry / stride % size;
        }
        table.values[entry] += term.values[index];
    }
}

void BlockTable::evaluate(std::span<const GeneValue> genes, std::span<double> values) const {
    alignas(64) std::array<std::uint16_t, columns_on_stack * rows_at_once> by_column;
    alignas(64) std::array<std::uint16_t, columns_on_stack * rows_at_once> index;
    std::array<GeneValue, columns_on_stack * 8> padded;
    for (std::size_t begin = 0; begin < values.size(); begin += rows_at_once) {
        const std::size_t rows = std::min(rows_at_once, values.size() - begin);
        transpose_rows(genes.data() + begin * gene_count_, rows, gene_count_, rows_at_once,
                       by_column.data(), padded.data());
        for (std::size_t t = 0; t < joined_.size(); ++t) {
            add_strides(by_column.data(), joined_[t].columns, joined_[t].strides,
                        index.data() + t * rows_at_once);
        }
        for (std::size_t row = 0; row < rows; row += 4) {
            double sums[4] = {};
            const std::uint16_t* at = index.data() + row;
            for (std::size_t t = 0; t < entries_.size(); ++t, at += rows_at_once) {
                const double* entries = entries_[t];
                sums[0] += entries[at[0]];
                sums[1] += entries[at[1]];
                sums[2] += entries[at[2]];
                sums[3] += entries[at[3]];
            }
            std::copy_n(sums, std::min<std::size_t>(4, rows - row), values.data() + begin + row);
        }
    }
}

}  // namespace latpred
