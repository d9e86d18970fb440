// Draws of networks in which a placement holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "profiling/placements.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Puts the choices of a placement into rows of genes, all slots of which are drawn.
class PlacementDraw {
  public:
    PlacementDraw(const Space& space, const Placement& placement, Estimand estimand);

    /// Whether genes are left that fit. (Bans may still refuse all networks of them.)
    [[nodiscard]] bool possible() const;

    /// Changes a row so that the placement holds, redrawing only what does not fit: of a row drawn
    /// uniformly from the space without its bans comes one so drawn from those that fit. Bans
    /// may refuse the result.
    void put(Rng& rng, std::span<GeneValue> row) const;

    /// Indices that gene `column` may have; before depths are raised where the rule is the legacy.
    [[nodiscard]] std::span<const GeneValue> allowed(std::size_t column) const {
        return allowed_[column];
    }
    /// Whether draws of gene `column` differ from the space's.
    [[nodiscard]] bool changes(std::size_t column) const {
        return floors_[column] > 0 || allowed_[column].size() < space_.allowed(column).size();
    }
    /// What the legacy rule makes of a drawn choice of gene `column`.
    [[nodiscard]] GeneValue raised(std::size_t column, GeneValue choice) const;

  private:
    void narrow(const Placement& placement);
    void follow_couplings(const Placement& placement);

    const Space& space_;
    std::vector<std::vector<GeneValue>> allowed_;
    std::vector<std::size_t> changed_;  ///< columns with fewer choices than the space allows
    std::vector<GeneValue> floors_;     ///< of the legacy rule, by column
};

/// Networks for one base network each, or of their own.
enum class Pairing : std::uint8_t { independent, paired };

struct DrawSettings {
    Estimand estimand = Estimand::conditional;
    Pairing pairing = Pairing::paired;
    std::uint64_t seed = 0;
    int threads = 1;
};

/// `count` networks as the space draws them. Row i depends on (seed, i) only.
Architectures draw_random(const SpacePtr& space, std::size_t count, std::uint64_t seed,
                          int threads = 1);

/// `count` networks of each placement, in the order of placements. Row i of a placement depends on
/// the seed, the placement and i only. Paired ones are the random networks with the choices put in,
/// common random numbers; independent ones are drawn anew. ConfigError where no network has the
/// choices of a placement.
Architectures draw_placements(const SpacePtr& space, std::span<const Placement> placements,
                              std::size_t count, const DrawSettings& settings);

}  // namespace latpred
