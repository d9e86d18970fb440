// The element-wise part of gated recurrent units, as PyTorch's nn.GRU, on one thread, in the
// instruction set of base/instruction_set.hpp. Matrices are row-major and contiguous.
#pragma once

#include <cstddef>

namespace latpred {

/// One step of `rows` sequences: with i of the input and j of the state before, both rows x 3
/// width, r = sigmoid(i0 + j0), z = sigmoid(i1 + j1), n = tanh(i2 + r j2), state = (1 - z) n + z
/// before.
struct GruStep {
    std::size_t rows, width;
    const float* of_input;  ///< i
    float* of_state;        ///< j; the gates r and z take the place of j0 and j1
    const float* before;    ///< rows x width, or null for zeros
    float* fresh;           ///< n, rows x width
};
void gru_forward(const GruStep& step, float* state);

/// From `slopes` (rows x width) of the state to those of i (`input_slopes`) and of j
/// (`state_slopes`), and of the state before along z, which replaces `slopes`.
void gru_backward(const GruStep& step, float* slopes, float* input_slopes, float* state_slopes);

}  // namespace latpred
