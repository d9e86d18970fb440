// What the smooth part of a Gaussian process sees of an architecture.
#pragma once

#include <Eigen/Dense>
#include <memory>
#include <vector>

#include "predictors/predictor.hpp"

namespace latpred {

/// Logarithms of the cost features, and of a source model's values where there is one, each
/// standardised over a fixed sample of the space and divided by sqrt(2 F): two random architectures
/// are at a mean squared distance of 1.
class SmoothFeatures {
  public:
    /// `source` may be null.
    SmoothFeatures(const SpacePtr& space, std::shared_ptr<const Predictor> source);

    [[nodiscard]] Eigen::Index count() const { return means_.size(); }  ///< F
    /// N x F; `source` = source_values(archs).
    [[nodiscard]] Eigen::MatrixXd of(const Architectures& archs,
                                     const Eigen::VectorXd& source) const;

    /// N values of the source, relative to its mean over the sample; empty without a source.
    [[nodiscard]] Eigen::VectorXd source_values(const Architectures& archs) const;

    [[nodiscard]] const std::shared_ptr<const Predictor>& source() const { return source_; }

  private:
    [[nodiscard]] Eigen::MatrixXd logarithms(const Architectures& archs,
                                             const Eigen::VectorXd& source) const;

    std::shared_ptr<const Predictor> source_;
    double source_mean_ = 1;
    Eigen::RowVectorXd means_;
    Eigen::RowVectorXd factors_;  ///< 0 for a feature that does not vary
};

}  // namespace latpred
