// A symmetric positive semidefinite matrix, prepared for many shifts and right-hand sides.
#pragma once

#include <Eigen/Dense>

namespace latpred {

/// M = U diag(m) Uᵀ: then every shift costs N operations. Directions in which M is nothing but
/// rounding (1e-14 of its largest eigenvalue) do not count.
class SpectralForm {
  public:
    explicit SpectralForm(const Eigen::MatrixXd& matrix);

    /// Uᵀ v and U v.
    [[nodiscard]] Eigen::VectorXd inward(const Eigen::VectorXd& v) const;
    [[nodiscard]] Eigen::VectorXd outward(const Eigen::VectorXd& v) const;

    /// (diag(m) + shift)⁻¹ v in the directions that count, 0 in others.
    [[nodiscard]] Eigen::VectorXd solve(double shift, const Eigen::VectorXd& v) const;
    [[nodiscard]] const Eigen::VectorXd& values() const { return values_; }

    /// Trace of M (M + shift)⁻¹: the effective degrees of freedom.
    [[nodiscard]] double degrees(double shift) const;

  private:
    Eigen::MatrixXd vectors_;
    Eigen::VectorXd values_;  ///< 0 where they do not count
};

}  // namespace latpred
