// Networks that were asked for, each once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

class DistinctNetworks {
  public:
    explicit DistinctNetworks(const SpacePtr& space) : all_(space) {}

    /// Numbers of N networks among the distinct ones; those not seen before get the next numbers.
    std::vector<std::int64_t> add(const Architectures& archs);
    [[nodiscard]] const Architectures& all() const { return all_; }

  private:
    Architectures all_;
    std::unordered_multimap<std::uint64_t, std::int64_t> numbers_;  ///< by hash
};

}  // namespace latpred
