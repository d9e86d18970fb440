// The official numbers of the NAS-Bench-201 cells.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// The benchmark lists its cells in the order of a seeded shuffle, so numbers are looked up in a
/// table, not computed. A cell's code is its six official operation numbers read in base five.
class NasBench201Order {
  public:
    static constexpr std::size_t cells = 15625;

    /// `codes[i]` is the code of cell number i. CorruptionError unless every code comes once.
    explicit NasBench201Order(std::span<const std::uint16_t> codes);

    /// Numbers of N cells, each 0 to 15,624. SchemaError for architectures of another space.
    [[nodiscard]] std::vector<std::int64_t> numbers(const Architectures& archs) const;

    /// The cells of these numbers. ConfigError naming place and value of a number out of range;
    /// SchemaError where `space` is another.
    [[nodiscard]] Architectures architectures(const SpacePtr& space,
                                              std::span<const std::int64_t> numbers) const;

  private:
    std::vector<std::uint16_t> codes_;
    std::vector<std::uint16_t> numbers_;  ///< by code
};

}  // namespace latpred
