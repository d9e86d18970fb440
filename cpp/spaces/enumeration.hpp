// How many networks a space holds, and each of them once.
#pragma once

#include <cstdint>
#include <vector>

#include "base/natural.hpp"
#include "spaces/architectures.hpp"
#include "spaces/part_cases.hpp"

namespace latpred {

/// Numbers of choices of the independent parts; their product is the number of networks. Counted,
/// not listed. ConfigError where bans or couplings tie too many genes.
std::vector<Natural> part_sizes(const Space& space);

Natural space_size(const Space& space);

/// Every network of a space once, in pieces of any size.
class Enumeration {
  public:
    /// ConfigError where there are more than `limit`.
    Enumeration(SpacePtr space, std::size_t limit);

    [[nodiscard]] std::size_t size() const { return size_; }
    /// Networks number begin, …, end - 1.
    [[nodiscard]] Architectures slice(std::size_t begin, std::size_t end) const;

  private:
    /// One part with its choices, listed in lexicographic order, or by case where they are many.
    struct Choices {
        SpacePart part;
        std::uint64_t size = 0;
        std::vector<GeneValue> listed;  ///< row-major
        std::vector<PartCase> cases;
        std::vector<std::uint64_t> ends;  ///< number of choices up to and with each case
    };

    static void write(const Choices& choices, std::uint64_t number, std::span<GeneValue> row);

    SpacePtr space_;
    std::vector<Choices> parts_;
    std::size_t size_ = 0;
};

/// Every network once; ConfigError where there are more than `limit`.
Architectures enumerate(const SpacePtr& space, std::size_t limit);

}  // namespace latpred
