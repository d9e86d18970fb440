// Size and enumeration of a space, and the costs of many architectures.
#pragma once

#include <cstdint>
#include <vector>

#include "graphs/costs.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// Genes that depend on each other (by gates, couplings or bans), with every distinct choice of
/// theirs. A space is the product of its parts.
struct SpacePart {
    std::vector<std::size_t> columns;
    std::vector<std::vector<GeneValue>> choices;  ///< canonical, distinct, in lexicographic order
};

std::vector<SpacePart> parts_of(const Space& space);

/// Numbers of choices of the parts; their product is the number of different networks.
std::vector<std::uint64_t> part_sizes(const Space& space);

/// Every network of a space once, in pieces of any size.
class Enumeration {
  public:
    /// ConfigError where there are more than `limit`.
    Enumeration(SpacePtr space, std::size_t limit);

    [[nodiscard]] std::size_t size() const { return size_; }
    /// Networks number begin, …, end - 1.
    [[nodiscard]] Architectures slice(std::size_t begin, std::size_t end) const;

  private:
    SpacePtr space_;
    std::vector<SpacePart> parts_;
    std::size_t size_ = 0;
};

/// Every network once; ConfigError where there are more than `limit`.
Architectures enumerate(const SpacePtr& space, std::size_t limit);

/// Costs of each architecture for one image.
std::vector<Costs> count_costs(const Architectures& archs, int threads = 1);

}  // namespace latpred
