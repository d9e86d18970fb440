#include "searching/roulette.hpp"

#include <algorithm>
#include <numeric>

namespace latpred {

std::vector<double> roulette_slots(std::span<const double> scores, std::size_t outside) {
    constexpr double least = 0.1;
    std::vector<double> slots;
    slots.reserve(scores.size() + outside);
    if (!scores.empty()) {
        const auto [worst, best] = std::ranges::minmax(scores);
        const double range = best / 2 - worst / 2;  // halves cannot overflow
        for (const double score : scores) {
            const double share = range > 0 ? (score / 2 - worst / 2) / range : 1;
            slots.push_back(least + (1 - least) * share);
        }
    }
    for (std::size_t rank = 0; rank < outside; ++rank) {
        const double share = static_cast<double>(outside - rank) / static_cast<double>(outside + 1);
        slots.push_back(least * share);
    }
    return slots;
}

Roulette::Roulette(std::span<const double> slots) : ends_(slots.size()) {
    std::partial_sum(slots.begin(), slots.end(), ends_.begin());
}

std::size_t Roulette::turn(Rng& rng) const {
    const auto slot = std::ranges::upper_bound(ends_, rng.uniform() * ends_.back());
    return std::min(static_cast<std::size_t>(slot - ends_.begin()), ends_.size() - 1);
}

}  // namespace latpred
