// New candidates: unlike anything seen before, and inside the limits.
#pragma once

#include <functional>
#include <unordered_set>

#include "base/monitor.hpp"
#include "base/rng.hpp"
#include "searching/scorer.hpp"

namespace latpred {

/// Collects feasible architectures and remembers every one that it judged, so that none is judged
/// twice. Candidates are made and judged in batches, as large as the share of accepted ones asks.
class Nursery {
  public:
    /// Writes one candidate (canonical, inside the space).
    using Maker = std::function<void(Rng&, std::span<GeneValue>)>;

    Nursery(Scorer& scorer, std::uint64_t seed);

    /// Appends up to `wanted` new feasible rows to `into`, in at most `attempts` tries of `make`.
    std::size_t collect(Population& into, std::size_t wanted, std::size_t attempts,
                        const Maker& make, Monitor& monitor);

    /// The same from given rows, in their order.
    std::size_t admit(Population& into, std::size_t wanted, const Architectures& rows);

    [[nodiscard]] Rng& rng() { return rng_; }

  private:
    Scorer& scorer_;
    Rng rng_;
    std::unordered_set<std::uint64_t> seen_;  ///< keys of rows; their order never matters
    std::vector<GeneValue> row_;
};

}  // namespace latpred
