// Least squares with errors that hold whether or not the model does.
#pragma once

#include <Eigen/Core>

namespace latpred {

/// What is said about each of K linear functions of the coefficients.
struct Estimates {
    Eigen::VectorXd value;
    Eigen::VectorXd error;    ///< standard error
    Eigen::VectorXd degrees;  ///< of freedom of Student's t
    Eigen::VectorXd low;
    Eigen::VectorXd high;
    Eigen::VectorXd p_value;  ///< of the value 0, two-sided
};

/// Low, high and p value at `confidence`, from value, error and degrees. `rounding`: errors below
/// it are none, and so are values.
void complete(Estimates& estimates, double confidence, double rounding);

/// Standard errors: White's (1980) with each squared residual over 1 - leverage (HC2), degrees of
/// freedom after Bell and McCaffrey (2002): right under unequal variances and, for networks that
/// are drawn, where the model leaves something out.
class PooledFit {
  public:
    /// x: N x P. DataError where its columns depend on each other in these rows.
    explicit PooledFit(const Eigen::MatrixXd& x);

    [[nodiscard]] Eigen::Index rows() const { return basis_.rows(); }
    [[nodiscard]] Eigen::Index terms() const { return basis_.cols(); }
    [[nodiscard]] const Eigen::VectorXd& leverage() const { return leverage_; }
    [[nodiscard]] Eigen::VectorXd residuals(const Eigen::VectorXd& y) const;
    /// Residuals of rows that the fit has not seen: each left out in turn.
    [[nodiscard]] Eigen::VectorXd left_out(const Eigen::VectorXd& y) const;
    [[nodiscard]] Eigen::VectorXd coefficients(const Eigen::VectorXd& y) const;
    /// N x K: how much each value of y counts in each of K functions of the coefficients (P x K).
    [[nodiscard]] Eigen::MatrixXd weights(const Eigen::MatrixXd& functions) const;
    /// K degrees of freedom of functions with these weights; from some thousand rows on without
    /// what residuals of two rows have in common, which is little then.
    [[nodiscard]] Eigen::VectorXd degrees(const Eigen::MatrixXd& weights) const;
    /// N: residuals as HC2 takes them, over the root of 1 - leverage.
    [[nodiscard]] Eigen::VectorXd scaled_residuals(const Eigen::VectorXd& y) const;
    /// N x P, orthonormal.
    [[nodiscard]] const Eigen::MatrixXd& basis() const { return basis_; }

  private:
    Eigen::MatrixXd basis_;
    Eigen::MatrixXd inverse_;  ///< P x P: from coordinates in the basis to coefficients
    Eigen::VectorXd leverage_;
    Eigen::VectorXd rest_;  ///< 1 - leverage
};

}  // namespace latpred
