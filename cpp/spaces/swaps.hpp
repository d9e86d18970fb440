// Genes that may change places: equal networks, of which one is the canonical form.
#pragma once

#include <span>
#include <vector>

#include "spaces/restriction.hpp"

namespace latpred {

class Family;

/// The genes `first[k]` and `second[k]` may change places, all k at once, and the network stays the
/// same. In canonical form the values of `first` come before those of `second` in lexicographic
/// order.
struct Swap {
    std::vector<int> first;
    std::vector<int> second;
};

[[nodiscard]] bool in_order(const Swap& swap, std::span<const GeneValue> row);
void put_in_order(const Swap& swap, std::span<GeneValue> row);

/// The genes of `second` are those of `first`.
[[nodiscard]] std::vector<Coupling> couplings_of(const Swap& swap, const std::vector<Gene>& genes);

/// The restriction in the same words for all orders: bans of genes that may change places, for each
/// order. ConfigError where the allowed choices of such genes differ, and for couplings of them.
[[nodiscard]] Restriction symmetric(Restriction restriction, const Family& family);

}  // namespace latpred
