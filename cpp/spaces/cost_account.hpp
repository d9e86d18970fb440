// Counts of one network, split among the places of its space.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

#include "graphs/op_graph.hpp"
#include "spaces/place_map.hpp"

namespace latpred {

/// What is counted. Operators count at their place, so the genes of the place and the settings
/// decide it; kernels count at the place where they begin, and neighbours may decide too.
enum class CostKind : std::uint8_t {
    // of operators
    macs,
    depthwise_macs,
    pointwise_macs,  ///< 1x1 convolutions of planes
    vector_macs,     ///< convolutions of 1x1 inputs: squeeze and excite, the mixing layer
    params,
    ops,
    depthwise_ops,
    products,  ///< channel-wise: squeeze and excite
    height,    ///< of the input, in pixels
    // of kernels
    kernels,
    moved,    ///< elements written and read
    written,  ///< elements
    blocks,   ///< places within units that are taken
};
inline constexpr std::size_t operator_kinds = 9;
inline constexpr std::size_t kernel_kinds = 4;
inline constexpr std::size_t cost_kinds = operator_kinds + kernel_kinds;

using CostRow = std::array<std::int64_t, cost_kinds>;

/// Sets of places that are tied together.
class PlaceSets {
  public:
    explicit PlaceSets(std::size_t places = 0);

    [[nodiscard]] std::size_t size() const { return parent_.size(); }
    /// The first place of the set.
    [[nodiscard]] std::size_t first(std::size_t place) const;
    void tie(std::size_t a, std::size_t b);
    void tie(const PlaceSets& others);
    /// Whether every set of `others` lies within one of these.
    [[nodiscard]] bool hold(const PlaceSets& others) const;

  private:
    std::vector<std::size_t> parent_;  ///< a smaller one of the same set, or itself
};

struct CostAccount {
    std::vector<CostRow> places;      ///< one a place
    std::vector<std::int64_t> peaks;  ///< most elements alive in a kernel of each place
    PlaceSets fused;                  ///< places that decide each other's kernels
    PlaceSets alive;                  ///< places across which values are kept alive

    /// Most elements alive at once.
    [[nodiscard]] std::int64_t peak() const;
};

/// Places that are tied to no other decide their own kernels, and what lives while they run, by
/// their own genes and the settings: nothing but the value that they read crosses into them.
CostAccount account_of(const OpGraph& graph, const PlaceMap& map);

/// A weighted sum of counts, over the whole network or one unit.
struct CostSum {
    static constexpr int whole = -1;

    std::vector<std::pair<CostKind, std::int64_t>> terms;
    int unit = whole;

    auto operator<=>(const CostSum&) const = default;
    [[nodiscard]] bool counts(int unit_of_place) const {
        return unit == whole || unit == unit_of_place;
    }
};

std::int64_t value_of(const CostSum& sum, const CostAccount& account, const PlaceMap& map);

}  // namespace latpred
