// New candidates: unlike anything seen before, and inside the limits.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
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

    /// The same in a small space, where chance finds nothing new: from what is left, shuffled.
    std::size_t admit_rest(Population& into, std::size_t wanted, Monitor& monitor);

    /// Appends rows with the values that they were judged by elsewhere.
    void take(Population& into, const Population& judged);

    /// From now on new candidates outside the limits go there (with values, without scores).
    void keep_rejected(Population& there) { rejected_ = &there; }

    /// What it means that nothing new was found.
    [[nodiscard]] std::string_view why_ended() const;

    [[nodiscard]] Rng& rng() { return rng_; }

  private:
    Scorer& scorer_;
    Rng rng_;
    std::unordered_set<std::uint64_t> seen_;  ///< keys of rows; their order never matters
    std::vector<GeneValue> row_;
    Population* rejected_ = nullptr;
    std::optional<bool> small_;  ///< whether the space can be listed; unknown until needed
    Architectures rest_;         ///< all of a small space
    std::size_t rest_next_ = 0;
};

}  // namespace latpred
