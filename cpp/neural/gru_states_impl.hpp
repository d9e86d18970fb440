// Gated recurrent units over sequences of several lengths, known to LibTorch's autograd.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace latpred {

/// Sequences packed step by step, the longest first: step t has the rows from starts[t] to
/// starts[t + 1], of the first sequences in that order.
struct PackedSteps {
    std::vector<std::int64_t> starts{0};  ///< one more than steps

    [[nodiscard]] std::size_t steps() const { return starts.size() - 1; }
    [[nodiscard]] std::int64_t count(std::size_t step) const {
        return starts[step + 1] - starts[step];
    }
};
using PackedStepsPtr = std::shared_ptr<const PackedSteps>;

/// States after each step (rows x width) from x W + b of the inputs (rows x 3 width), weight
/// (3 width x width) and bias (3 width) of the state, in the order of PyTorch's nn.GRU: reset,
/// update, new. Differentiable once; a second time throws ConfigError.
at::Tensor gru_states(const PackedStepsPtr& steps, const at::Tensor& of_input,
                      const at::Tensor& weight, const at::Tensor& bias);

}  // namespace latpred
