// Ridge regression under a structured Gaussian prior, in the smaller of row and feature space.
#pragma once

#include <Eigen/Dense>

#include "predictors/additive_prior.hpp"

namespace latpred {

/// Minimises sum of precision * (y - X w)^2 + lambda * wᵀ S⁻¹ w, S the prior covariance.
class StructuredRidge {
  public:
    /// x: N x F; covariance: F x F; y: N.
    StructuredRidge(const FeatureMatrix& x, const Eigen::MatrixXd& covariance,
                    const Eigen::VectorXd& y);

    /// The F weights; `precision` has one positive number a row.
    [[nodiscard]] Eigen::VectorXd solve(double lambda, const Eigen::VectorXd& precision) const;

    struct Choice {
        double lambda = 0;
        double degrees = 0;  ///< effective degrees of freedom at this lambda
    };
    /// The lambda of least generalised cross-validation error (Golub, Heath, Wahba 1979) for
    /// `values` (N) in place of y, of 10^-12 to 10, four a decade.
    [[nodiscard]] Choice cross_validate(const Eigen::VectorXd& values,
                                        const Eigen::VectorXd& precision) const;

  private:
    [[nodiscard]] Eigen::MatrixXd gram(const Eigen::VectorXd& precision) const;

    const FeatureMatrix& x_;
    const Eigen::VectorXd& y_;
    bool by_rows_;
    Eigen::MatrixXd basis_;   ///< by rows: F x N, S Xᵀ; else a Cholesky factor L of S
    Eigen::MatrixXd kernel_;  ///< by rows: X S Xᵀ; else S⁻¹
};

}  // namespace latpred
