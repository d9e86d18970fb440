// A batch of architectures: the gene matrix and its space.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "spaces/space.hpp"

namespace latpred {

/// A contiguous N x G matrix of canonical genes. Every per-architecture operation takes it whole.
class Architectures {
  public:
    explicit Architectures(SpacePtr space, std::size_t count = 0);
    /// Validates and canonicalises `genes` (N x G, row-major); ArchitectureError names the row.
    Architectures(SpacePtr space, std::vector<GeneValue> genes);

    [[nodiscard]] const Space& space() const { return *space_; }
    [[nodiscard]] const SpacePtr& space_ptr() const { return space_; }
    [[nodiscard]] std::size_t size() const {
        return columns() == 0 ? 0 : genes_.size() / columns();
    }
    [[nodiscard]] std::size_t columns() const { return space_->gene_count(); }
    [[nodiscard]] std::span<const GeneValue> genes() const { return genes_; }
    [[nodiscard]] std::span<const GeneValue> row(std::size_t i) const {
        return std::span(genes_).subspan(i * columns(), columns());
    }
    /// For code that keeps rows canonical itself (operators of search).
    [[nodiscard]] std::span<GeneValue> mutable_row(std::size_t i) {
        return std::span(genes_).subspan(i * columns(), columns());
    }
    [[nodiscard]] Architectures select(std::span<const std::size_t> rows) const;
    void append(std::span<const GeneValue> row);
    void append(const Architectures& others);

    [[nodiscard]] std::vector<std::uint64_t> hashes() const;

  private:
    SpacePtr space_;
    std::vector<GeneValue> genes_;
};

bool same_network(const Architectures& archs, std::size_t a, std::size_t b);

/// Rows by hash, then genes, then number: an order of networks that does not depend on the given
/// one, in which equal networks stand together.
std::vector<std::size_t> canonical_order(const Architectures& archs);

/// `count` architectures; row i depends on (seed, i) only. With `unique`, no network twice.
Architectures sample(const SpacePtr& space, std::size_t count, std::uint64_t seed,
                     bool unique = false);

}  // namespace latpred
