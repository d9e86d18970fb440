// What the pooled regression sees of a network: one state for each factor of its space.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "profiling/sites.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// A gene (a depth, a resolution, a stem's width), or the block of a site.
struct PooledFactor {
    std::string name;   ///< "u2.l1", "u2.d", "r"
    std::string group;  ///< of genes: "d", "r"; empty for sites
    int unit = -1;
    int site = -1;    ///< number of the site; -1: a gene
    int column = -1;  ///< of the gene; -1: a site
    bool depth = false;
    std::vector<std::string> states;
    std::vector<GeneValue> values;  ///< of a gene, by state
};

/// All factors of a space: first its settings and other genes of no site, then depths, then sites.
class PooledFactors {
  public:
    explicit PooledFactors(const SpacePtr& space);

    [[nodiscard]] const Space& space() const { return *space_; }
    [[nodiscard]] const SpacePtr& space_ptr() const { return space_; }
    [[nodiscard]] const std::vector<Site>& sites() const { return sites_; }
    [[nodiscard]] const std::vector<PooledFactor>& factors() const { return factors_; }
    /// States of all factors together; those of factor f are from offset(f) on.
    [[nodiscard]] int states() const { return offsets_.back(); }
    [[nodiscard]] int offset(std::size_t factor) const { return offsets_[factor]; }
    /// Number of the factor of site number `site`.
    [[nodiscard]] std::size_t factor_of_site(std::size_t site) const {
        return factors_.size() - sites_.size() + site;
    }
    /// Of factor `number`: -1 where the network has no such layer or gene, or a block that the
    /// space does not allow.
    [[nodiscard]] int state(std::span<const GeneValue> row, std::size_t number) const;
    /// Columns that decide the factor's state, its gate among them.
    [[nodiscard]] std::vector<int> columns_of(std::size_t number) const;

  private:
    void add_genes(bool depths);
    void add_sites();

    SpacePtr space_;
    std::vector<Site> sites_;
    std::vector<PooledFactor> factors_;
    std::vector<int> offsets_;
};

}  // namespace latpred
