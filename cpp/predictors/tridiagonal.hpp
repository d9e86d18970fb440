// A symmetric positive semidefinite matrix, prepared for many shifts and right-hand sides.
#pragma once

#include <Eigen/Dense>

namespace latpred {

/// M = Q T Qᵀ, T tridiagonal (Householder; Golub and Van Loan, section 8.3): then every shift costs
/// N² operations for a solution and N for a trace. Rounding leaves M with eigenvalues of its norm
/// times 1e-16 and below zero, so shifts below 2e-14 of the norm count as that.
class TridiagonalForm {
  public:
    explicit TridiagonalForm(const Eigen::MatrixXd& matrix);

    /// Qᵀ v and Q v.
    [[nodiscard]] Eigen::VectorXd inward(const Eigen::VectorXd& v) const;
    [[nodiscard]] Eigen::VectorXd outward(const Eigen::VectorXd& v) const;

    /// (T + shift)⁻¹ v, and T v.
    [[nodiscard]] Eigen::VectorXd solve(double shift, const Eigen::VectorXd& v) const;
    [[nodiscard]] Eigen::VectorXd times(const Eigen::VectorXd& v) const;

    /// Trace of M (M + shift)⁻¹: the effective degrees of freedom.
    [[nodiscard]] double degrees(double shift) const;

  private:
    [[nodiscard]] Eigen::VectorXd pivots(double shift) const;

    Eigen::MatrixXd packed_;
    Eigen::VectorXd coefficients_, diagonal_, below_;
    double least_ = 0;
};

}  // namespace latpred
