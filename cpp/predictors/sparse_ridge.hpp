// Ridge regression of many rows on many features, by iterations on sparse matrices.
#pragma once

#include <vector>

#include "predictors/ridge.hpp"

namespace latpred {

/// Conjugate gradients on the least-squares problem of the prior's own coordinates (CGLS; Björck
/// 1996, section 7.4) with columns scaled alike: nothing of features x features or rows x rows is
/// ever made. Polls at every step.
class SparseRidge final : public RidgeSolver {
  public:
    SparseRidge(const FeatureMatrix& x, const PriorMap& factor, const Eigen::VectorXd& precision,
                Monitor& monitor);

    [[nodiscard]] Eigen::VectorXd solve(double lambda, const Eigen::VectorXd& y) const override;
    /// By a fifth of the rows held out, two a decade.
    [[nodiscard]] double choose(const Eigen::VectorXd& y) const override;

  private:
    [[nodiscard]] Eigen::VectorXd coordinates(double lambda, const Eigen::VectorXd& y,
                                              const Eigen::VectorXd& roots,
                                              const Eigen::VectorXd& start, double tolerance) const;

    const FeatureMatrix& x_;
    const PriorMap& factor_;
    PriorMap backward_;  ///< factorᵀ
    PriorMap columns_;   ///< X by columns
    Eigen::VectorXd roots_;
    Eigen::VectorXd lengths_;       ///< squared, of the columns of P^1/2 X F
    mutable Eigen::VectorXd last_;  ///< coordinates of the last solution
    Monitor& monitor_;
};

}  // namespace latpred
