// The shared fast evaluator: a value is a sum of tables over few genes each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spaces/space.hpp"

namespace latpred {

/// A table over some genes: `values` is row-major over the choices of `columns`, the last column
/// varying fastest.
struct TableTerm {
    std::vector<int> columns;
    std::vector<double> values;
    bool operator==(const TableTerm&) const = default;
};

/// value(architecture) = sum over terms of term.values[choices of term.columns].
///
/// Terms are joined into fewer, larger tables that still lie in the cache, so a row costs a dozen
/// look-ups. Sums run in a fixed order: results depend neither on N nor on threads.
class BlockTable {
  public:
    static constexpr std::size_t most_terms = 4096;
    static constexpr std::size_t most_values = std::size_t{1} << 22;  ///< of all terms: 32 MiB

    /// ConfigError where a term names no gene of the space, a gene twice, has a wrong number of
    /// values, a value that is not finite, or more than 65,536 of them; or where there are more
    /// than `most_terms` terms or `most_values` values.
    BlockTable(const Space& space, std::vector<TableTerm> terms);

    /// `genes`: N x G, row-major, canonical and in range (as Architectures holds them); `values`:
    /// N.
    void evaluate(std::span<const GeneValue> genes, std::span<double> values) const;

    [[nodiscard]] const std::vector<TableTerm>& terms() const { return terms_; }
    [[nodiscard]] std::size_t lookups() const { return joined_.size(); }

  private:
    struct Joined {
        std::vector<std::uint16_t> columns;
        std::vector<std::uint16_t> strides;
        std::vector<double> values;
    };

    /// Terms that share a table, and its genes.
    struct Group {
        std::vector<bool> columns;
        std::size_t size = 1;
        std::vector<const TableTerm*> members;
        [[nodiscard]] std::size_t size_with(const TableTerm& term,
                                            const std::vector<int>& sizes) const;
        void add(const TableTerm& term, const std::vector<int>& sizes);
    };

    void join(const std::vector<int>& sizes);
    void add_tables(std::size_t first, std::size_t last, const std::uint16_t* by_column,
                    std::span<double> sums) const;
    static void add_term(const TableTerm& term, const std::vector<int>& sizes, Joined& table);

    std::size_t gene_count_;
    std::vector<TableTerm> terms_;
    std::vector<Joined> joined_;
    std::vector<const double*> entries_;
};

}  // namespace latpred
