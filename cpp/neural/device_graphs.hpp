// Networks as the published transfer models' graphs of numbered operations.
#pragma once

#include "neural/network_input.hpp"

namespace latpred {

/// Forms "cell" and "bag" of DeviceInput: "nodes" of two columns, the number of the operation and 1
/// where the node is on no way from input to output.
class OperationGraphs final : public NetworkInput {
  public:
    /// `cell`: the graph of a cell, for NAS-Bench-201 only (ConfigError); else a node a gene, no
    /// edges.
    OperationGraphs(const Space& space, bool cell);

    [[nodiscard]] std::map<std::string, int> widths() const override { return {{"nodes", 2}}; }
    [[nodiscard]] StackData read(const Architectures& archs, bool each_once,
                                 int threads) const override;
    void store(TensorFile& /*file*/) const override {}

  private:
    bool cell_;
};

}  // namespace latpred
