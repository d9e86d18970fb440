#include "base/dense.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/linear_kernels.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index band = triangle_size;      ///< columns of an inverse found at a time
constexpr double polled_operations = 1e8;  ///< multiplications between two polls

Strided strided(const MatrixView& view) {
    return {view.data, view.row, view.column};
}

Strided at(const Strided& matrix, std::ptrdiff_t i, std::ptrdiff_t j) {
    return {matrix.data + i * matrix.row + j * matrix.column, matrix.row, matrix.column};
}

/// `multiply_add` in bands of columns, with polls between them.
void add_polled(const Addition& whole, Monitor& monitor) {
    const double column = static_cast<double>(whole.m) * static_cast<double>(whole.k);
    const auto fit = static_cast<std::size_t>(std::max(polled_operations / (column + 1), 1.0));
    const std::size_t columns = std::max<std::size_t>(fit / 48 * 48, 48);
    for (std::size_t begin = 0; begin < whole.n; begin += columns) {
        Addition part = whole;
        const auto first = static_cast<std::ptrdiff_t>(begin);
        part.n = std::min(columns, whole.n - begin);
        part.b = at(whole.b, 0, first);
        part.c = whole.c + first * whole.c_column;
        if (whole.lower) {  // rows above the band's first are above the diagonal
            part.a = at(whole.a, first, 0);
            part.c += first;
            part.m = whole.m - begin;
        }
        multiply_add(part);
        monitor.poll();
    }
}

struct Factor {
    double* data;
    std::ptrdiff_t column;
    [[nodiscard]] Factor at(std::size_t i, std::size_t j) const {
        return {data + static_cast<std::ptrdiff_t>(i) + static_cast<std::ptrdiff_t>(j) * column,
                column};
    }
};

std::size_t half(std::size_t n) {
    return (n / 2 + triangle_size - 1) / triangle_size * triangle_size;
}

/// X of X Lᵀ = B (m x n) in place.
void solve_from_right(const Factor& l, const Factor& x, std::size_t m, std::size_t n,
                      Monitor& monitor) {
    if (n <= triangle_size) {
        solve_triangular({l.data, l.column, n, x.data, 1, x.column, m});
        monitor.poll();
        return;
    }
    const std::size_t first = half(n);
    solve_from_right(l, x, m, first, monitor);
    const Factor rest = x.at(0, first);
    const Strided across{l.at(first, 0).data, l.column, 1};  // transposed
    add_polled({{x.data, 1, x.column}, across, rest.data, x.column, m, n - first, first, true},
               monitor);
    solve_from_right(l.at(first, first), rest, m, n - first, monitor);
}

/// X of L X = B (n x m), or Lᵀ X = B, in place.
void solve_from_left(const Factor& l, const Factor& x, std::size_t n, std::size_t m,
                     bool transposed, Monitor& monitor) {
    if (n <= triangle_size) {
        solve_triangular({l.data, l.column, n, x.data, x.column, 1, m, transposed});
        monitor.poll();
        return;
    }
    const std::size_t first = half(n);
    const Factor below = x.at(first, 0);
    const Factor across = l.at(first, 0);
    if (transposed) {
        solve_from_left(l.at(first, first), below, n - first, m, true, monitor);
        add_polled({{across.data, l.column, 1},
                    {below.data, 1, x.column},
                    x.data,
                    x.column,
                    first,
                    m,
                    n - first,
                    true},
                   monitor);
        solve_from_left(l, x, first, m, true, monitor);
        return;
    }
    solve_from_left(l, x, first, m, false, monitor);
    add_polled({{across.data, 1, l.column},
                {x.data, 1, x.column},
                below.data,
                x.column,
                n - first,
                m,
                first,
                true},
               monitor);
    solve_from_left(l.at(first, first), below, n - first, m, false, monitor);
}

bool factorise(const Factor& a, std::size_t n, Monitor& monitor) {
    if (n <= triangle_size) {
        monitor.poll();
        return factor_lower(a.data, a.column, n);
    }
    const std::size_t first = half(n);
    if (!factorise(a, first, monitor))
        return false;
    const Factor across = a.at(first, 0);
    solve_from_right(a, across, n - first, first, monitor);
    const Factor rest = a.at(first, first);
    add_polled({{across.data, 1, a.column},
                {across.data, a.column, 1},
                rest.data,
                a.column,
                n - first,
                n - first,
                first,
                true,
                true},
               monitor);
    return factorise(rest, n - first, monitor);
}

/// Of a factor that is only read.
Factor factor_of(const MatrixXd& matrix) {
    return {const_cast<double*>(matrix.data()), matrix.outerStride()};  // NOLINT
}

std::size_t size(Index n) {
    return static_cast<std::size_t>(n);
}

void mirror(MatrixXd& symmetric) {
    for (Index j = 0; j < symmetric.cols(); ++j) {
        for (Index i = 0; i < j; ++i)
            symmetric(i, j) = symmetric(j, i);
    }
}

}  // namespace

MatrixXd product(const MatrixView& a, const MatrixView& b, Monitor& monitor) {
    if (a.columns != b.rows)
        throw ConfigError(message("product of ", a.rows, " x ", a.columns, " and ", b.rows, " x ",
                                  b.columns, ": inner sizes differ"));
    MatrixXd c = MatrixXd::Zero(a.rows, b.columns);
    add_polled({strided(a), strided(b), c.data(), c.outerStride(), size(a.rows), size(b.columns),
                size(a.columns)},
               monitor);
    return c;
}

MatrixXd gram(const MatrixView& a, Monitor& monitor) {
    MatrixXd c = MatrixXd::Zero(a.rows, a.rows);
    add_polled({strided(a),
                {a.data, a.column, a.row},
                c.data(),
                c.outerStride(),
                size(a.rows),
                size(a.rows),
                size(a.columns),
                false,
                true},
               monitor);
    mirror(c);
    return c;
}

Cholesky::Cholesky(MatrixXd matrix, Monitor& monitor) : lower_(std::move(matrix)) {
    if (lower_.rows() != lower_.cols())
        throw ConfigError(message("Cholesky factor of ", lower_.rows(), " x ", lower_.cols(),
                                  ": a square matrix expected"));
    for (Index j = 1; j < lower_.cols(); ++j)
        std::fill_n(lower_.col(j).data(), j, 0.0);
    holds_ = factorise(factor_of(lower_), size(lower_.rows()), monitor);
}

double Cholesky::log_determinant() const {
    double sum = 0;
    for (Index i = 0; i < lower_.rows(); ++i)
        sum += 2 * std::log(lower_(i, i));
    return sum;
}

void Cholesky::solve_lower(Eigen::Ref<MatrixXd> b, Monitor& monitor) const {
    solve_from_left(factor_of(lower_), {b.data(), b.outerStride()}, size(lower_.rows()),
                    size(b.cols()), false, monitor);
}

void Cholesky::solve_upper(Eigen::Ref<MatrixXd> b, Monitor& monitor) const {
    solve_from_left(factor_of(lower_), {b.data(), b.outerStride()}, size(lower_.rows()),
                    size(b.cols()), true, monitor);
}

VectorXd Cholesky::solve(const VectorXd& b, Monitor& monitor) const {
    VectorXd x = b;
    solve_lower(x, monitor);
    solve_upper(x, monitor);
    return x;
}

MatrixXd Cholesky::solve(const MatrixXd& b, Monitor& monitor) const {
    MatrixXd x = b;
    solve_lower(x, monitor);
    solve_upper(x, monitor);
    return x;
}

MatrixXd Cholesky::inverse_columns(Index begin, Index columns, Monitor& monitor) const {
    MatrixXd x = MatrixXd::Zero(lower_.rows() - begin, columns);
    for (Index i = 0; i < columns; ++i)
        x(i, i) = 1;
    solve_from_left(factor_of(lower_).at(size(begin), size(begin)), {x.data(), x.outerStride()},
                    size(x.rows()), size(columns), false, monitor);
    return x;
}

MatrixXd Cholesky::inverse(Monitor& monitor) const {
    const Index n = lower_.rows();
    MatrixXd x = MatrixXd::Zero(n, n);  // L⁻¹
    for (Index begin = 0; begin < n; begin += band) {
        const Index columns = std::min(band, n - begin);
        x.block(begin, begin, n - begin, columns) = inverse_columns(begin, columns, monitor);
    }
    MatrixXd inverted = MatrixXd::Zero(n, n);  // L⁻ᵀ L⁻¹, by bands of rows
    for (Index begin = 0; begin < n; begin += band) {
        const Index rows = std::min(band, n - begin);
        const auto left = x.block(begin, begin, n - begin, rows);
        add_polled({{left.data(), n, 1},
                    {x.data() + begin, 1, n},
                    &inverted(begin, 0),
                    n,
                    size(rows),
                    size(begin + rows),
                    size(n - begin)},
                   monitor);
    }
    mirror(inverted);
    return inverted;
}

VectorXd Cholesky::inverse_diagonal(Monitor& monitor) const {
    const Index n = lower_.rows();
    VectorXd diagonal(n);
    for (Index begin = 0; begin < n; begin += band) {
        const Index columns = std::min(band, n - begin);
        const MatrixXd x = inverse_columns(begin, columns, monitor);
        diagonal.segment(begin, columns) = x.colwise().squaredNorm();
    }
    return diagonal;
}

Cholesky positive_factor(const MatrixXd& matrix, Monitor& monitor) {
    Cholesky factor(matrix, monitor);
    double lift = 1e-15 * matrix.trace();
    for (int step = 0; !factor.holds() && step < 9; ++step, lift *= 10) {
        MatrixXd lifted = matrix;
        lifted.diagonal().array() += lift;
        factor = Cholesky(std::move(lifted), monitor);
    }
    if (!factor.holds())
        throw DataError(message("the covariance of ", matrix.rows(),
                                " rows is not positive definite, even with 1e-7 of its trace on "
                                "its diagonal: finite values of like size expected"));
    return factor;
}

}  // namespace latpred
