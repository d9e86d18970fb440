#include "base/dense_kernels.hpp"

#include <array>
#include <cmath>

#include "base/instruction_set.hpp"

#ifdef LATPRED_X86
#include <immintrin.h>
#endif

// Three instruction sets in one file, of which base/instruction_set.hpp chooses: the package is
// built for the baseline of its architecture, where these products would take four to eight times
// as long.

namespace latpred {
namespace detail::baseline {
#define LATPRED_LANES 4
#ifdef LATPRED_X86
#define LATPRED_ROOT __builtin_ia32_sqrtps
#endif
#define LATPRED_TILE_ROWS 4
#define LATPRED_TILE_LANES 2
#define LATPRED_DOT_ROWS 2
#include "base/dense_kernels_impl.hpp"
#undef LATPRED_LANES
#undef LATPRED_ROOT
#undef LATPRED_TILE_ROWS
#undef LATPRED_TILE_LANES
#undef LATPRED_DOT_ROWS
}  // namespace detail::baseline

#ifdef LATPRED_X86
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace detail::avx2 {
#define LATPRED_LANES 8
#define LATPRED_ROOT __builtin_ia32_sqrtps256
#define LATPRED_TILE_ROWS 4
#define LATPRED_TILE_LANES 3
#define LATPRED_DOT_ROWS 2
#include "base/dense_kernels_impl.hpp"
#undef LATPRED_LANES
#undef LATPRED_ROOT
#undef LATPRED_TILE_ROWS
#undef LATPRED_TILE_LANES
#undef LATPRED_DOT_ROWS
}  // namespace detail::avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,fma,prefer-vector-width=512")
namespace detail::avx512 {
#define LATPRED_LANES 16
#define LATPRED_ROOT(values) Vector(_mm512_maskz_sqrt_ps(0xFFFF, __m512(values)))
#define LATPRED_TILE_ROWS 8
#define LATPRED_TILE_LANES 3
#define LATPRED_DOT_ROWS 4
#include "base/dense_kernels_impl.hpp"
#undef LATPRED_LANES
#undef LATPRED_ROOT
#undef LATPRED_TILE_ROWS
#undef LATPRED_TILE_LANES
#undef LATPRED_DOT_ROWS
}  // namespace detail::avx512
#pragma GCC pop_options
#endif

namespace {

struct Kernels {
    decltype(&detail::baseline::multiply) multiply;
    decltype(&detail::baseline::multiply_transposed) multiply_transposed;
    decltype(&detail::baseline::add_leaky) add_leaky;
    decltype(&detail::baseline::gather_sum) gather_sum;
    decltype(&detail::baseline::scatter_add) scatter_add;
    decltype(&detail::baseline::weighted_sum) weighted_sum;
    decltype(&detail::baseline::adam) adam;
    decltype(&detail::baseline::momentum_descent) momentum_descent;
};

#define LATPRED_KERNELS(set)                                                                       \
    Kernels {                                                                                      \
        &detail::set::multiply, &detail::set::multiply_transposed, &detail::set::add_leaky,        \
            &detail::set::gather_sum, &detail::set::scatter_add, &detail::set::weighted_sum,       \
            &detail::set::adam, &detail::set::momentum_descent                                     \
    }

const Kernels& kernels() {
    static constexpr Kernels baseline = LATPRED_KERNELS(baseline);
#ifdef LATPRED_X86
    static constexpr Kernels avx2 = LATPRED_KERNELS(avx2);
    static constexpr Kernels avx512 = LATPRED_KERNELS(avx512);
    return *of_instruction_set(&baseline, &avx2, &avx512);
#else
    return baseline;
#endif
}

}  // namespace

void multiply(const Product& product) {
    kernels().multiply(product);
}

void multiply_transposed(const float* a, const float* b, float* c, std::size_t m, std::size_t n,
                         std::size_t k) {
    kernels().multiply_transposed(a, b, c, m, n, k);
}

void add_leaky(const LeakySum& sum, float* out, std::size_t n) {
    kernels().add_leaky(sum, out, n);
}

void gather_sum(const float* table, std::span<const std::uint32_t> rows, const float* bias,
                float* out, std::size_t n) {
    kernels().gather_sum(table, rows, bias, out, n);
}

void scatter_add(const float* values, std::span<const std::uint32_t> rows, float* table,
                 std::size_t n) {
    kernels().scatter_add(values, rows, table, n);
}

void multiply_sparse_row(const float* x, const float* b, const float* bias, float* out,
                         std::size_t k, std::size_t n) {
    constexpr std::size_t at_once = 1024;
    std::array<float, at_once> weights;
    std::array<std::uint32_t, at_once> rows;
    for (std::size_t begin = 0; begin < k; begin += at_once) {
        const std::size_t end = begin + at_once < k ? begin + at_once : k;
        std::size_t count = 0;
        for (std::size_t i = begin; i < end; ++i) {  // without a branch: signs are random
            weights[count] = x[i];
            rows[count] = static_cast<std::uint32_t>(i);
            count += x[i] != 0.0F ? 1 : 0;
        }
        kernels().weighted_sum({weights.data(), count}, rows.data(), b, begin == 0 ? bias : out,
                               out, n);
    }
}

void adam(const AdamStep& step, const float* gradients, float* values, float* mean, float* squares,
          std::size_t n) {
    kernels().adam(step, gradients, values, mean, squares, n);
}

void momentum_descent(const MomentumStep& step, const float* gradients, float* values,
                      float* velocity, std::size_t n) {
    kernels().momentum_descent(step, gradients, values, velocity, n);
}

}  // namespace latpred
