// Eigen's decompositions behind functions, so that their templates are compiled once.
#pragma once

#include <Eigen/Core>

namespace latpred {

struct SymmetricEigen {
    Eigen::VectorXd values;   ///< ascending
    Eigen::MatrixXd vectors;  ///< columns
};

/// Of a symmetric matrix, of which only the lower triangle is read. DataError where the iteration
/// does not converge (a number is not finite).
SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& matrix);

/// What the columns of a matrix (N x P) span, by Householder's method with pivots.
class ColumnSpace {
  public:
    /// Columns that the others leave less than `threshold` of the largest pivot do not count;
    /// below 0: the rounding of the matrix's size.
    explicit ColumnSpace(const Eigen::MatrixXd& matrix, double threshold = -1);

    [[nodiscard]] Eigen::Index rank() const { return basis_.cols(); }
    /// N x rank, orthonormal.
    [[nodiscard]] const Eigen::MatrixXd& basis() const { return basis_; }
    /// P coefficients of least squares to y (N), of least length.
    [[nodiscard]] Eigen::VectorXd least_squares(const Eigen::VectorXd& y) const;

  private:
    Eigen::MatrixXd basis_;
    Eigen::MatrixXd inverse_;  ///< P x rank: coefficients of what is along the basis
};

/// N x (N - P), orthonormal, orthogonal to the columns of a matrix (N x P, of rank P).
Eigen::MatrixXd orthogonal_complement(const Eigen::MatrixXd& matrix);

}  // namespace latpred
