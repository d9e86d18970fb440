// Values of listed networks as an objective.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "spaces/objective.hpp"

namespace latpred {

/// Looks networks up by their genes: a table of measurements in the place of a meter. A network
/// that comes in several rows has their median.
class ListedValues final : public Objective {
  public:
    /// DataError for another number of values than of networks.
    ListedValues(const Architectures& archs, std::span<const double> values);

    /// DataError for a network that is not listed, SchemaError for one of another space.
    void evaluate(const Architectures& archs, std::span<double> values) const override;

    /// NaN for networks that are not listed.
    [[nodiscard]] std::vector<double> find(const Architectures& archs) const;

  private:
    SpacePtr space_;
    std::unordered_map<std::uint64_t, double> values_;  ///< by hash of the genes
};

}  // namespace latpred
