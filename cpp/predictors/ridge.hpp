// Ridge regression under a structured Gaussian prior, in the smaller of row and feature space.
#pragma once

#include <Eigen/Dense>
#include <optional>

#include "base/monitor.hpp"
#include "predictors/additive_prior.hpp"
#include "predictors/spectral_form.hpp"

namespace latpred {

/// Minimises sum of precision * (y - X w)^2 + lambda * wᵀ S⁻¹ w, S = F Fᵀ the prior covariance.
/// Several strengths and values y, one set of precisions.
class RidgeSolver {
  public:
    RidgeSolver() = default;
    RidgeSolver(const RidgeSolver&) = delete;
    RidgeSolver& operator=(const RidgeSolver&) = delete;
    virtual ~RidgeSolver() = default;

    [[nodiscard]] virtual Eigen::VectorXd solve(double lambda, const Eigen::VectorXd& y) const = 0;
    /// The lambda that predicts rows best that it has not seen.
    [[nodiscard]] virtual double choose(const Eigen::VectorXd& y) const = 0;
};

/// Dense, for some hundred rows or features (the smaller number): one decomposition serves all.
class DenseRidge final : public RidgeSolver {
  public:
    /// x: N x F; factor: F x P; precision: N.
    DenseRidge(const FeatureMatrix& x, const PriorMap& factor, const Eigen::VectorXd& precision,
               Monitor& monitor = Monitor::none());

    [[nodiscard]] Eigen::VectorXd solve(double lambda, const Eigen::VectorXd& y) const override;
    [[nodiscard]] double choose(const Eigen::VectorXd& y) const override {
        return cross_validate(y).lambda;
    }

    struct Choice {
        double lambda = 0;
        double degrees = 0;  ///< effective degrees of freedom at this lambda
    };
    /// The lambda of least generalised cross-validation error (Golub, Heath, Wahba 1979), of 10^-12
    /// to 10, four a decade.
    [[nodiscard]] Choice cross_validate(const Eigen::VectorXd& y) const;

  private:
    [[nodiscard]] Eigen::VectorXd inward(const Eigen::VectorXd& y) const;

    const FeatureMatrix& x_;
    const PriorMap& factor_;
    Eigen::VectorXd roots_;  ///< of the precisions
    bool by_rows_;
    Eigen::MatrixXd basis_;  ///< of features: a Cholesky factor of S
    std::optional<SpectralForm> form_;
};

/// The same for one strength and precisions that change: a Cholesky factor for each.
class StructuredRidge {
  public:
    StructuredRidge(const FeatureMatrix& x, const PriorMap& factor, const Eigen::VectorXd& y);

    /// The F weights; `precision` has one positive number a row.
    [[nodiscard]] Eigen::VectorXd solve(double lambda, const Eigen::VectorXd& precision) const;

  private:
    const FeatureMatrix& x_;
    const Eigen::VectorXd& y_;
    bool by_rows_;
    Eigen::MatrixXd basis_;   ///< by rows: F x N, S Xᵀ
    Eigen::MatrixXd kernel_;  ///< by rows: X S Xᵀ; else S⁻¹
};

}  // namespace latpred
