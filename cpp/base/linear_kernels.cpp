#include "base/linear_kernels.hpp"

#include <array>
#include <limits>
#include <memory>
#include <numbers>

#include "base/instruction_set.hpp"

namespace latpred {
namespace detail {

constexpr std::size_t block_depth = 256;    ///< a multiple does not change an element's order
constexpr std::size_t block_rows = 96;      ///< of every tile's rows a multiple
constexpr std::size_t block_columns = 512;  ///< of every tile's columns a multiple
constexpr double largest = std::numeric_limits<double>::max();
constexpr std::size_t inverse_factorial_count = 14;
constexpr std::array<double, inverse_factorial_count> inverse_factorials = [] {
    std::array<double, inverse_factorial_count> values{};
    double product = 1;
    for (std::size_t i = 0; i < values.size(); ++i) {
        product *= i > 0 ? static_cast<double>(i) : 1.0;
        values[values.size() - 1 - i] = 1 / product;
    }
    return values;
}();

}  // namespace detail

namespace detail::baseline_f64 {
#define LATPRED_LANES 2
#define LATPRED_TILE_VECTORS 2
#define LATPRED_TILE_COLUMNS 4
#include "base/linear_kernels_impl.hpp"
#undef LATPRED_LANES
#undef LATPRED_TILE_VECTORS
#undef LATPRED_TILE_COLUMNS
}  // namespace detail::baseline_f64

#ifdef LATPRED_X86
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace detail::avx2_f64 {
#define LATPRED_LANES 4
#define LATPRED_TILE_VECTORS 3
#define LATPRED_TILE_COLUMNS 4
#include "base/linear_kernels_impl.hpp"
#undef LATPRED_LANES
#undef LATPRED_TILE_VECTORS
#undef LATPRED_TILE_COLUMNS
}  // namespace detail::avx2_f64
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,fma,prefer-vector-width=512")
namespace detail::avx512_f64 {
#define LATPRED_LANES 8
#define LATPRED_TILE_VECTORS 3
#define LATPRED_TILE_COLUMNS 8
#include "base/linear_kernels_impl.hpp"
#undef LATPRED_LANES
#undef LATPRED_TILE_VECTORS
#undef LATPRED_TILE_COLUMNS
}  // namespace detail::avx512_f64
#pragma GCC pop_options
#endif

namespace {

using Pair = void (*)(double*, std::size_t, const double*, double);

struct LinearKernels {
    decltype(&detail::baseline_f64::multiply_add) multiply_add;
    decltype(&detail::baseline_f64::solve_triangular) solve_triangular;
    decltype(&detail::baseline_f64::factor_lower) factor_lower;
    Pair exponential_pair;
    decltype(&detail::baseline_f64::weigh_columns) weigh_columns;
};

#define LATPRED_LINEAR_KERNELS(set)                                                                \
    LinearKernels {                                                                                \
        &detail::set::multiply_add, &detail::set::solve_triangular, &detail::set::factor_lower,    \
            &detail::set::exponential_pair, &detail::set::weigh_columns                            \
    }

const LinearKernels& linear_kernels() {
    static constexpr LinearKernels baseline = LATPRED_LINEAR_KERNELS(baseline_f64);
#ifdef LATPRED_X86
    static constexpr LinearKernels avx2 = LATPRED_LINEAR_KERNELS(avx2_f64);
    static constexpr LinearKernels avx512 = LATPRED_LINEAR_KERNELS(avx512_f64);
    return *of_instruction_set(&baseline, &avx2, &avx512);
#else
    return baseline;
#endif
}

std::size_t at_most(std::size_t value, std::size_t bound) {
    constexpr std::size_t whole = 24;  // a multiple of every tile's rows and columns
    return value < bound ? (value + whole - 1) / whole * whole : bound;
}

}  // namespace

void multiply_add(const Addition& product) {
    if (product.m == 0 || product.n == 0 || product.k == 0)
        return;
    const std::size_t depth = product.k < detail::block_depth ? product.k : detail::block_depth;
    const std::size_t rows = at_most(product.m, detail::block_rows);
    const std::size_t columns = at_most(product.n, detail::block_columns);
    constexpr std::size_t line = 64;  // of the cache, in bytes
    std::size_t bytes = depth * (rows + columns) * sizeof(double) + line;
    const auto storage = std::make_unique_for_overwrite<std::byte[]>(bytes);
    void* start = storage.get();
    auto* packed = static_cast<double*>(std::align(line, bytes - line, start, bytes));
    linear_kernels().multiply_add(product, packed, packed + depth * rows);
}

void solve_triangular(const Triangle& triangle) {
    linear_kernels().solve_triangular(triangle);
}

bool factor_lower(double* a, std::ptrdiff_t column, std::size_t n) {
    return linear_kernels().factor_lower(a, column, n);
}

void exponential_pair(double* values, std::size_t count, const double* amount, double slow_rate) {
    linear_kernels().exponential_pair(values, count, amount, slow_rate);
}

void weigh_columns(const double* matrix, std::size_t n, std::size_t columns, const double* weights,
                   double* sums) {
    linear_kernels().weigh_columns(matrix, n, columns, weights, sums);
}

}  // namespace latpred
