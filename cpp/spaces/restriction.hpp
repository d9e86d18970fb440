// A restriction narrows a space without changing its genes: CompOFA is OFA restricted.
#pragma once

#include <utility>
#include <vector>

#include "spaces/gene.hpp"

namespace latpred {

/// Gene `target` is decided by gene `source`: target = image[source].
struct Coupling {
    int source = 0;
    int target = 0;
    std::vector<GeneValue> image;
    bool operator==(const Coupling&) const = default;
};

/// These choices (gene, index) may not be taken together.
using Ban = std::vector<std::pair<int, GeneValue>>;

struct Restriction {
    std::vector<std::vector<GeneValue>> allowed;  ///< indices of each gene, ascending; empty: all
    std::vector<Coupling> couplings;
    std::vector<Ban> bans;
    std::vector<double> mutation_rates;  ///< factor of each gene on the search's rate; empty: 1

    bool operator==(const Restriction&) const = default;
};

}  // namespace latpred
