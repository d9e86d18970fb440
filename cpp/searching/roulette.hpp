// Selection of parents in proportion to their fitness.
#pragma once

#include <span>
#include <vector>

#include "base/rng.hpp"

namespace latpred {

/// The widths of a wheel's slots: first those of networks inside the limits by their scores (higher
/// is better), then those of `outside` networks beyond them, the nearest first.
///
/// Fitness is counted from the worst score inside (windowing: Grefenstette, "Optimization of
/// control parameters for genetic algorithms", IEEE SMC 1986), as a share of the range, so neither
/// an offset nor a scale of the scores matters; the worst keeps a tenth of the best one's slot.
/// Those outside have no score; theirs fall linearly by rank from that tenth: any network inside
/// has a wider one, the nearer ones beyond have wider ones than the farther.
std::vector<double> roulette_slots(std::span<const double> scores, std::size_t outside);

/// A wheel that stops at slot i with a chance in proportion to its width.
class Roulette {
  public:
    /// At least one width above 0 expected.
    explicit Roulette(std::span<const double> slots);

    [[nodiscard]] std::size_t turn(Rng& rng) const;

  private:
    std::vector<double> ends_;
};

}  // namespace latpred
