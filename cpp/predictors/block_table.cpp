#include "predictors/block_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <tuple>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "spaces/transpose.hpp"

namespace latpred {
namespace {

constexpr std::size_t index_limit = 65536;  // indices are 16 bits wide
constexpr std::size_t joined_limit = 2048;  // 16 KiB a table: a dozen of them stay in L2
constexpr std::size_t tables_at_once = 64;
constexpr std::size_t columns_on_stack = 256;
constexpr std::size_t rows_at_once = 64;

void check(const TableTerm& term, const std::vector<int>& sizes) {
    const auto where = [&] { return message("table over genes ", join_few(term.columns)); };
    std::vector<bool> seen(sizes.size());
    std::size_t expected = 1;
    for (int column : term.columns) {
        const auto c = static_cast<std::size_t>(column);
        if (column < 0 || c >= sizes.size() || seen[c]) {
            throw ConfigError(
                message(where(), ": different genes of 0 to ", sizes.size() - 1, " expected"));
        }
        seen[c] = true;
        expected *= static_cast<std::size_t>(sizes[c]);
        if (expected > index_limit)
            throw ConfigError(message(where(), ": more than ", index_limit, " values"));
    }
    if (term.values.size() != expected) {
        throw ConfigError(message(where(), ": ", term.values.size(), " values, ", expected,
                                  " (at most ", index_limit, ") expected"));
    }
    const auto bad =
        std::ranges::find_if(term.values, [](double value) { return !std::isfinite(value); });
    if (bad != term.values.end())
        throw ConfigError(message(where(), ": value ", *bad, ", finite ones expected"));
}

void check(const std::vector<TableTerm>& terms, const std::vector<int>& sizes) {
    std::size_t values = 0;
    for (const TableTerm& term : terms)
        values += term.values.size();
    if (terms.size() > BlockTable::most_terms || values > BlockTable::most_values) {
        throw ConfigError(message(terms.size(), " tables of ", values, " values; at most ",
                                  BlockTable::most_terms, " of ", BlockTable::most_values,
                                  " expected"));
    }
    for (const TableTerm& term : terms)
        check(term, sizes);
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
    std::vector<int> sizes;
    for (const Gene& gene : space.genes())
        sizes.push_back(gene.choices());
    check(terms_, sizes);
    join(sizes);
}

std::size_t BlockTable::Group::size_with(const TableTerm& term,
                                         const std::vector<int>& sizes) const {
    std::size_t total = size;
    for (int column : term.columns) {
        const auto c = static_cast<std::size_t>(column);
        if (!columns[c])
            total *= static_cast<std::size_t>(sizes[c]);
        if (total > index_limit)
            break;
    }
    return total;
}

void BlockTable::Group::add(const TableTerm& term, const std::vector<int>& sizes) {
    size = size_with(term, sizes);
    for (int column : term.columns)
        columns[static_cast<std::size_t>(column)] = true;
    members.push_back(&term);
}

void BlockTable::join(const std::vector<int>& sizes) {
    std::vector<Group> groups;
    for (const TableTerm& term : terms_) {
        std::size_t best = groups.size();
        std::size_t best_size = joined_limit + 1;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const std::size_t size = groups[i].size_with(term, sizes);
            if (size < best_size)
                std::tie(best, best_size) = std::pair(i, size);
        }
        if (best == groups.size())
            groups.push_back({std::vector<bool>(gene_count_), 1, {}});
        groups[best].add(term, sizes);
    }
    for (const Group& group : groups) {
        Joined table;
        std::size_t stride = 1;
        for (std::size_t column = 0; column < gene_count_; ++column) {
            if (!group.columns[column])
                continue;
            table.columns.push_back(static_cast<std::uint16_t>(column));
            table.strides.push_back(static_cast<std::uint16_t>(stride));
            stride *= static_cast<std::size_t>(sizes[column]);
        }
        table.values.assign(stride, 0.0);
        for (const TableTerm* term : group.members)
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
    std::array<GeneValue, columns_on_stack * 8> padded;
    Pulse pulse(256);
    for (std::size_t begin = 0; begin < values.size(); begin += rows_at_once) {
        pulse();
        const std::size_t rows = std::min(rows_at_once, values.size() - begin);
        transpose_rows(genes.data() + begin * gene_count_, rows, gene_count_, rows_at_once,
                       by_column.data(), padded.data());
        std::array<double, rows_at_once> sums{};
        for (std::size_t t = 0; t < joined_.size(); t += tables_at_once)
            add_tables(t, std::min(t + tables_at_once, joined_.size()), by_column.data(),
                       std::span(sums).first(rows));
        std::copy_n(sums.data(), rows, values.data() + begin);
    }
}

/// sums[row] += the entries of the row in tables `first` to `last`, one after the other.
void BlockTable::add_tables(std::size_t first, std::size_t last, const std::uint16_t* by_column,
                            std::span<double> sums) const {
    alignas(64) std::array<std::uint16_t, tables_at_once * rows_at_once> index;
    for (std::size_t t = first; t < last; ++t) {
        add_strides(by_column, joined_[t].columns, joined_[t].strides,
                    index.data() + (t - first) * rows_at_once);
    }
    for (std::size_t row = 0; row < sums.size(); row += 4) {
        const std::size_t count = std::min<std::size_t>(4, sums.size() - row);
        double four[4] = {};
        std::copy_n(sums.data() + row, count, four);
        const std::uint16_t* at = index.data() + row;
        for (std::size_t t = first; t < last; ++t, at += rows_at_once) {
            const double* entries = entries_[t];
            four[0] += entries[at[0]];
            four[1] += entries[at[1]];
            four[2] += entries[at[2]];
            four[3] += entries[at[3]];
        }
        std::copy_n(four, count, sums.data() + row);
    }
}

}  // namespace latpred
