// A perceptron for few rows at a time, where a call into LibTorch would cost more than the numbers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "training/parameters.hpp"

namespace latpred {

struct DenseLayer;

/// Weights are kept inputs x outputs: an input of 0 (absent bits, and half of the units behind a
/// ReLU) then saves reading its row, and reading is what a single prediction costs.
class MlpRows {
  public:
    explicit MlpRows(const std::vector<DenseLayer>& layers);

    /// The output for one row of features.
    [[nodiscard]] double predict(std::span<const float> x) const;

  private:
    struct Layer {
        std::size_t inputs, width;  ///< width: outputs, padded
        FloatBlock weight, bias;
    };
    std::vector<Layer> layers_;
    std::size_t widest_ = 0;
};

}  // namespace latpred
