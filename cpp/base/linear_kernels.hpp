// The inner loops of dense linear algebra in double precision, on one thread, for raw pointers.
// Matrices in base/dense.hpp are what other code uses.
#pragma once

#include <cstddef>

namespace latpred {

/// Elements (i, j) at data[i * row + j * column].
struct Strided {
    const double* data;
    std::ptrdiff_t row;
    std::ptrdiff_t column;
};

/// c (m x n, columns `c_column` apart) += or -= a (m x k) b (k x n).
///
/// Each element is summed over k in one fixed order, whatever m, n and its place in c.
struct Addition {
    Strided a;
    Strided b;
    double* c;
    std::ptrdiff_t c_column;
    std::size_t m, n, k;
    bool subtract = false;
    bool lower = false;  ///< only elements on and below the diagonal of c
};
void multiply_add(const Addition& product);

/// Largest system that `solve_triangular` takes.
inline constexpr std::size_t triangle_size = 64;

/// Solves `count` systems L x = b, or Lᵀ x = b, in place: unknown u of system s stands at
/// x[s * system + u * unknown]; L is n x n, n <= triangle_size, columns `l_column` apart.
struct Triangle {
    const double* l;
    std::ptrdiff_t l_column;
    std::size_t n;
    double* x;
    std::ptrdiff_t system;
    std::ptrdiff_t unknown;
    std::size_t count;
    bool transposed = false;
};
void solve_triangular(const Triangle& triangle);

/// Replaces the lower triangle of a (n x n) by its Cholesky factor. False where it has none.
bool factor_lower(double* a, std::ptrdiff_t column, std::size_t n);

/// Replaces each value by the sum of amount[i] * exp(-rate[i] * value), i = 0, 1, where
/// rate[0] = 16 * rate[1]. Values must not be negative but by rounding; errors are below 1e-14 of
/// the sum.
void exponential_pair(double* values, std::size_t count, const double* amount, double slow_rate);

/// sums[c] = sum of weights[i] * matrix(i, c) for the columns of a matrix (n x columns,
/// contiguous), each summed in the same order.
void weigh_columns(const double* matrix, std::size_t n, std::size_t columns, const double* weights,
                   double* sums);

}  // namespace latpred
