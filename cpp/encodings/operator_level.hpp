// A node an operator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "encodings/graph_level.hpp"

namespace latpred {

/// What one operator reads, writes and computes, for one image.
struct OperatorWork {
    std::int64_t macs = 0;
    std::int64_t params = 0;
    std::int64_t bytes = 0;  ///< of all inputs, the output and the parameters read, in float32
};

/// ConfigError where a count overflows.
OperatorWork work_of(const OpGraph& graph, const Op& op);

/// Whether each operator is the first of its fused kernel.
std::vector<bool> kernel_starts(const OpGraph& graph);

/// Nodes are the operators in execution order. Features: one-hot of the kind ("kind=conv") and,
/// of activations, of the function ("activation=relu"); ln(1 + x) of numbers for one image
/// ("log_channels", "log_macs", "log_bytes", …; sizes in pixels); "starts_kernel". They depend on
/// the operator and its inputs' shapes alone.
class OperatorLevel final : public GraphLevel {
  public:
    [[nodiscard]] std::vector<std::string> feature_names() const override;
    [[nodiscard]] std::size_t numbers() const override;
    void features(std::span<const std::int64_t> numbers, std::span<float> out) const override;
    [[nodiscard]] GraphDrawing draw(const OpGraph& graph,
                                    std::span<const GeneValue> row) const override;
};

}  // namespace latpred
