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
    /// ConfigError where a term names no gene of the space, a gene twice, has a wrong number of
    /// values, or more than 65,536.
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

    void join(const Space& space);
    static void add_term(const TableTerm& term, const std::vector<int>& sizes, Joined& table);

    std::size_t gene_count_;
    std::vector<TableTerm> terms_;
    std::vector<Joined> joined_;
    std::vector<const double*> entries_;
};

}  // namespace latpred
