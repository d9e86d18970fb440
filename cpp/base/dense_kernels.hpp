// Products of small dense matrices in single precision and steps of optimisers, on one thread, in
// the instruction set of base/instruction_set.hpp. All matrices are row-major and start at
// multiples of 64 bytes with rows of a multiple of `lane_floats` floats, padding included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace latpred {

constexpr std::size_t lane_floats = 16;  ///< one vector of AVX-512, one line of the cache

inline std::size_t padded(std::size_t columns) {
    return (columns + lane_floats - 1) / lane_floats * lane_floats;
}

/// c (m x n) = a (m x k, element (i, j) at a[i * row_step + j * column_step]) b (k x n).
struct Product {
    const float* a;
    std::size_t row_step;
    std::size_t column_step;
    const float* b;  ///< rows of n
    float* c;        ///< rows of n
    std::size_t m, k, n;
    const float* bias;  ///< n values added to each row, or null
    bool relu;          ///< c = max(c, 0)
};
void multiply(const Product& product);

/// c (m x n) = a (m x k) b' where b is n x k.
void multiply_transposed(const float* a, const float* b, float* c, std::size_t m, std::size_t n,
                         std::size_t k);

/// out (n) = bias + sum of the rows of `table` (… x n) numbered by `rows`.
void gather_sum(const float* table, std::span<const std::uint32_t> rows, const float* bias,
                float* out, std::size_t n);

/// c + leaky ReLU of (a + b); n values each.
struct LeakySum {
    const float* a;
    const float* b;
    const float* c;
    float slope;  ///< below 0
};
/// Adds it to `out` (n).
void add_leaky(const LeakySum& sum, float* out, std::size_t n);

/// Adds `values` (n) to the rows of `table` numbered by `rows`.
void scatter_add(const float* values, std::span<const std::uint32_t> rows, float* table,
                 std::size_t n);

/// out (n) = bias + x' b for one row x of k values of which many are 0; b is k x n.
void multiply_sparse_row(const float* x, const float* b, const float* bias, float* out,
                         std::size_t k, std::size_t n);

/// One step of Adam (Kingma and Ba, arXiv:1412.6980) or AdamW (arXiv:1711.05101).
struct AdamStep {
    float rate;                         ///< over 1 - beta1^step
    float mean_share;                   ///< 1 - beta1
    float squares_kept, squares_share;  ///< beta2, 1 - beta2
    float unbiased;                     ///< 1 / sqrt(1 - beta2^step)
    float epsilon;
    float added_decay;  ///< times the value, added to its gradient
    float kept;         ///< factor on the value: 1 - rate x decoupled decay
};
/// n values and their moments, n a multiple of `lane_floats`.
void adam(const AdamStep& step, const float* gradients, float* values, float* mean, float* squares,
          std::size_t n);

/// One step of gradient descent with momentum.
struct MomentumStep {
    float rate, momentum, added_decay;
    bool nesterov;
};
void momentum_descent(const MomentumStep& step, const float* gradients, float* values,
                      float* velocity, std::size_t n);

}  // namespace latpred
