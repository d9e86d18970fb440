// The numbers that training changes, and their gradients, each in one block.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/float_block.hpp"

namespace latpred {

/// Named tensors in one block, so that an optimiser's step is one pass. Each starts at a multiple
/// of 64 bytes; the values between are 0, have the gradient 0, and stay 0.
class Parameters {
  public:
    struct Tensor {
        std::string name;
        std::size_t offset = 0;
        std::size_t size = 0;
        bool learned = true;  ///< else no optimiser changes it: statistics, with gradients of 0
    };

    /// `size` of each tensor, by name. ConfigError for a name that comes twice.
    explicit Parameters(std::vector<Tensor> tensors);

    [[nodiscard]] const std::vector<Tensor>& tensors() const { return tensors_; }
    [[nodiscard]] std::size_t size() const { return values_.size(); }
    [[nodiscard]] std::span<float> values() const { return values_.span(); }
    [[nodiscard]] std::span<float> gradients() const { return gradients_.span(); }
    [[nodiscard]] std::span<float> value(std::size_t tensor) const;
    [[nodiscard]] std::span<float> gradient(std::size_t tensor) const;

    /// Scales all gradients so that their Euclidean norm is at most `limit`; the norm before.
    double clip_gradients(double limit) const;

  private:
    std::vector<Tensor> tensors_;
    FloatBlock values_;
    FloatBlock gradients_;
};

}  // namespace latpred
