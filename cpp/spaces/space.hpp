// A search space: a family of networks, perhaps restricted.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "spaces/family.hpp"
#include "spaces/restriction.hpp"

namespace latpred {

/// Immutable. Genes are stored canonically: inactive genes are 0, so equal networks have equal
/// genes. `G` is the number of genes.
class Space {
  public:
    explicit Space(const std::shared_ptr<const Family>& family);
    Space(std::string name, std::shared_ptr<const Family> family, Restriction restriction);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const Family& family() const { return *family_; }
    [[nodiscard]] const std::vector<Gene>& genes() const { return family_->genes(); }
    [[nodiscard]] std::size_t gene_count() const { return genes().size(); }
    /// Which genes decide which operators; of the family, so all choices count.
    [[nodiscard]] const PlaceMap& places() const { return family_->places(); }
    [[nodiscard]] const Restriction& restriction() const { return restriction_; }
    /// Indices that gene `column` may take.
    [[nodiscard]] std::span<const GeneValue> allowed(std::size_t column) const {
        return allowed_[column];
    }
    /// Factor of gene `column` on a search's mutation rate.
    [[nodiscard]] double mutation_rate(std::size_t column) const;

    /// The same family narrowed further: allowed choices intersect, the rest is added.
    [[nodiscard]] std::shared_ptr<const Space> restrict(std::string name,
                                                        const Restriction& further) const;

    /// Models and tables move between spaces that share family, width and resolutions.
    [[nodiscard]] bool same_family(const Space& other) const;
    /// E.g. "ofa-mobilenetv3 (width 1.2, resolutions 160 176)".
    [[nodiscard]] std::string description() const;

    [[nodiscard]] bool active(std::span<const GeneValue> row, std::size_t column) const {
        const Gene& gene = genes()[column];
        return gene.gate < 0 || row[static_cast<std::size_t>(gene.gate)] >= gene.gate_from;
    }
    /// Sets inactive genes to 0.
    void canonicalise(std::span<GeneValue> row) const;
    /// Sets coupled genes from their sources.
    void couple(std::span<GeneValue> row) const;
    /// ArchitectureError naming the gene, the value and what was expected; `where` comes first.
    void validate(std::span<const GeneValue> row, const std::string& where) const;
    /// What `validate` asks, as an answer.
    [[nodiscard]] bool accepts(std::span<const GeneValue> row) const;
    /// Whether the active genes obey allowed choices, couplings and bans.
    [[nodiscard]] bool contains(std::span<const GeneValue> row) const;
    /// Whether the active genes make all choices of the ban.
    [[nodiscard]] bool meets(std::span<const GeneValue> row, const Ban& ban) const;
    /// Whether the active genes meet a ban.
    [[nodiscard]] bool banned(std::span<const GeneValue> row) const;

    /// Draws one canonical row: every slot uniformly, then couplings, bans, canonical form last.
    void draw(Rng& rng, std::span<GeneValue> row) const;
    /// Draws gene `column` uniformly from its allowed choices.
    [[nodiscard]] GeneValue draw_gene(Rng& rng, std::size_t column) const;

    /// Portable hash of family and genes; the resolution enters by its pixels, the width does not.
    [[nodiscard]] std::uint64_t hash(std::span<const GeneValue> row) const {
        return family_->hash(row);
    }

    [[nodiscard]] OpGraph lower(std::span<const GeneValue> row) const {
        return family_->lower(row);
    }

  private:
    void check_restriction() const;
    void check_couplings() const;
    void check_source(const Coupling& coupling) const;
    /// Whether every network has the gene.
    [[nodiscard]] bool always_active(std::size_t column) const;
    void redraw_banned(Rng& rng, std::span<GeneValue> row) const;

    std::string name_;
    std::shared_ptr<const Family> family_;
    Restriction restriction_;
    std::vector<std::vector<GeneValue>> allowed_;
};

using SpacePtr = std::shared_ptr<const Space>;

}  // namespace latpred
