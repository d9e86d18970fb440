// Networks as HELP reads them: cells as graphs, others as one-hot choices.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "neural/layer_stack.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// N networks, to be joined with the description of a device.
class HelpInput {
  public:
    explicit HelpInput(const Architectures& archs);

    /// Whether networks of the space have cells, so that the stack reads "nodes".
    static bool has_cells(const Space& space);
    /// Of a node or an architecture.
    static std::size_t features(const SpacePtr& space);

    /// These networks (numbers below N) on a device.
    [[nodiscard]] StackData on(std::span<const float> device,
                               std::span<const std::size_t> networks) const;
    /// All of them.
    [[nodiscard]] StackData on(std::span<const float> device) const;
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    std::size_t size_;
    GraphBatchPtr cells_;
    std::vector<float> choices_;  ///< N x F
};

}  // namespace latpred
