// Losses of a network's outputs, with what first and second derivatives need of them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace latpred {

/// Outputs of one pass: `values` is batch x width, row-major.
struct OutputBatch {
    std::span<const float> values;
    std::size_t batch = 0;
    std::size_t width = 0;  ///< elements of one image's output
};

/// A loss L of the outputs y of a whole batch.
class OutputLoss {
  public:
    OutputLoss() = default;
    OutputLoss(const OutputLoss&) = delete;
    OutputLoss& operator=(const OutputLoss&) = delete;
    virtual ~OutputLoss() = default;

    /// L; fills ∂L/∂y. Both spans are batch x width.
    virtual double slope(const OutputBatch& outputs, std::span<float> slope) const = 0;
    /// Fills (∂²L/∂y²)·direction.
    virtual void curvature(const OutputBatch& outputs, std::span<const float> direction,
                           std::span<float> product) const = 0;
};

/// "sum" or "mean" of all outputs.
std::unique_ptr<OutputLoss> sum_loss(bool mean);
/// Σ weights·outputs, elementwise: its gradient is that of the outputs in this direction.
/// ConfigError at a pass of another number of outputs.
std::unique_ptr<OutputLoss> weighted_sum_loss(std::vector<float> weights);
/// Mean over all outputs of (output - target)². ConfigError at a pass of another number of outputs.
std::unique_ptr<OutputLoss> squared_error_loss(std::vector<float> targets);
/// Mean over the batch of -log softmax(outputs)[label]. DataError at a pass where labels are not
/// classes, or not one an image.
std::unique_ptr<OutputLoss> cross_entropy_loss(std::vector<std::int64_t> labels);

}  // namespace latpred
