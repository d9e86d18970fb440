// Dense linear algebra in double precision: one thread, the machine's best instructions.
//
// Compiled once, so that no caller instantiates Eigen's products and solvers. Results depend on the
// instruction set (base/instruction_set.hpp) in their last bits and on nothing else: an element of
// a product, or a column of a solution, has the same bits whatever stands beside it.
#pragma once

#include <Eigen/Core>

#include "base/monitor.hpp"

namespace latpred {

/// Any matrix or vector of doubles in memory, also a block or the transpose of one.
struct MatrixView {
    template <class Derived>
    MatrixView(const Eigen::DenseBase<Derived>& matrix)  // NOLINT: meant to convert
        : data(matrix.derived().data()),
          row(Derived::IsRowMajor ? matrix.outerStride() : matrix.innerStride()),
          column(Derived::IsRowMajor ? matrix.innerStride() : matrix.outerStride()),
          rows(matrix.rows()), columns(matrix.cols()) {}

    const double* data;
    std::ptrdiff_t row;     ///< from one row to the next
    std::ptrdiff_t column;  ///< from one column to the next
    Eigen::Index rows;
    Eigen::Index columns;
};

/// a b. The monitor is polled at least every 2e8 operations, here and below.
Eigen::MatrixXd product(const MatrixView& a, const MatrixView& b,
                        Monitor& monitor = Monitor::none());

/// a aᵀ, symmetric to the bit.
Eigen::MatrixXd gram(const MatrixView& a, Monitor& monitor = Monitor::none());

/// A Cholesky factor.
class Cholesky {
  public:
    /// Of a matrix without rows.
    Cholesky() = default;
    /// Of a symmetric matrix, of which only the lower triangle is read.
    explicit Cholesky(Eigen::MatrixXd matrix, Monitor& monitor = Monitor::none());

    /// False where the matrix is not positive definite to rounding; then nothing else works.
    [[nodiscard]] bool holds() const { return holds_; }
    /// L, with zeros above the diagonal: matrix = L Lᵀ.
    [[nodiscard]] const Eigen::MatrixXd& lower() const { return lower_; }
    [[nodiscard]] double log_determinant() const;

    /// L⁻¹ b, and L⁻ᵀ b, in place.
    void solve_lower(Eigen::Ref<Eigen::MatrixXd> b, Monitor& monitor = Monitor::none()) const;
    void solve_upper(Eigen::Ref<Eigen::MatrixXd> b, Monitor& monitor = Monitor::none()) const;

    /// matrix⁻¹ b.
    [[nodiscard]] Eigen::VectorXd solve(const Eigen::VectorXd& b,
                                        Monitor& monitor = Monitor::none()) const;
    [[nodiscard]] Eigen::MatrixXd solve(const Eigen::MatrixXd& b,
                                        Monitor& monitor = Monitor::none()) const;
    [[nodiscard]] Eigen::MatrixXd inverse(Monitor& monitor = Monitor::none()) const;
    /// Of the inverse, in a third of the inverse's operations.
    [[nodiscard]] Eigen::VectorXd inverse_diagonal(Monitor& monitor = Monitor::none()) const;

  private:
    /// Of L⁻¹, from row `begin` on, above which they are zero.
    [[nodiscard]] Eigen::MatrixXd inverse_columns(Eigen::Index begin, Eigen::Index columns,
                                                  Monitor& monitor) const;

    Eigen::MatrixXd lower_;
    bool holds_ = false;
};

/// The factor of a positive semidefinite matrix. Where it does not exist to rounding (labels
/// without noise leave next to nothing on the diagonal), that of the matrix with the least lift of
/// its diagonal, from 1e-15 of its trace on in steps of ten up to 1e-7. DataError where even that
/// has none: the matrix has a number that is not finite, or a negative eigenvalue of size.
Cholesky positive_factor(const Eigen::MatrixXd& matrix, Monitor& monitor = Monitor::none());

}  // namespace latpred
