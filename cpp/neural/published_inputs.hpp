// Networks as published predictors of one device, or of several, read them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "neural/network_input.hpp"

namespace latpred {

/// Cells of NAS-Bench-201 as graphs of one-hot operations.
class PublishedCells final : public NetworkInput {
  public:
    enum class Form : std::uint8_t {
        /// HELP's and MultiPredict's: the nodes and features of CellGraph (8 x 7).
        help,
        /// BRP-NAS's: 1x1, 3x3, pool, input, output, and a flag of the global node; nodes that do
        /// nothing have zeros. Edges run backwards, as its code sums over who reads a node; the
        /// global node, the last one, reads all. 9 x 6.
        eagle,
    };

    /// ConfigError for another space.
    PublishedCells(const Space& space, Form form);

    [[nodiscard]] std::map<std::string, int> widths() const override;
    [[nodiscard]] StackData read(const Architectures& archs, bool each_once,
                                 int threads) const override;
    void store(TensorFile& /*file*/) const override {}

  private:
    Form form_;
};

/// HELP's encoding of FBNet as "choices": of each of the 22 blocks kernels 3 and 5, expansions 1, 1
/// in two groups, 3 and 6; `skip` is zeros. 132.
class PublishedBlocks final : public NetworkInput {
  public:
    /// ConfigError for another space.
    explicit PublishedBlocks(const Space& space);

    [[nodiscard]] std::map<std::string, int> widths() const override;
    [[nodiscard]] StackData read(const Architectures& archs, bool each_once,
                                 int threads) const override;
    void store(TensorFile& /*file*/) const override {}
};

}  // namespace latpred
