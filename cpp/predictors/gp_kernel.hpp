// Covariances of the Gaussian process: layers of block tables, a source model, smooth parts.
#pragma once

#include <Eigen/Dense>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "predictors/additive_prior.hpp"
#include "predictors/smooth_features.hpp"

namespace latpred {

/// Rows as the kernel sees them.
struct KernelRows {
    FeatureMatrix blocks;  ///< N x F of the block layout; empty where only `curved` is asked for
    Eigen::MatrixXd weighted;  ///< N x F, blocks times the weights' covariance, or empty
    Eigen::MatrixXd left;      ///< N x (S + 2): -2 x smooth features, their squared length, 1
    Eigen::MatrixXd right;     ///< N x (S + 2): smooth features, 1, their squared length
    Eigen::VectorXd source;    ///< N, or empty
    std::vector<int> settings;
};

/// Sum of variance x layer. The layers of the additive prior, linear in the feature counts, come
/// first; then, with a source, its value and its value by setting; then squared-exponential
/// kernels of the smooth features at two length scales.
///
/// A covariance of two rows has the same bits whatever rows stand beside them.
class GpKernel {
  public:
    /// `rows` give the prior's layers their scales.
    GpKernel(const SpacePtr& space, std::shared_ptr<const Predictor> source,
             const Architectures& rows);

    [[nodiscard]] KernelRows rows_of(const Architectures& archs) const;
    /// Without `blocks`.
    [[nodiscard]] KernelRows curved_rows_of(const Architectures& archs) const;
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] std::vector<Eigen::MatrixXd> layers(const KernelRows& rows,
                                                      Monitor& monitor = Monitor::none()) const;
    void set_variances(const Eigen::VectorXd& variances);

    /// Keeps what every covariance with these rows first needs, with the variances set.
    void weigh(KernelRows& rows) const;
    /// A x B, with the variances set.
    [[nodiscard]] Eigen::MatrixXd covariance(const KernelRows& a, const KernelRows& b,
                                             Monitor& monitor = Monitor::none()) const;
    /// The parts of it that are not linear in the feature counts.
    [[nodiscard]] Eigen::MatrixXd curved(const KernelRows& a, const KernelRows& b,
                                         Monitor& monitor = Monitor::none()) const;
    [[nodiscard]] Eigen::VectorXd diagonal(const KernelRows& rows) const;

    [[nodiscard]] const BlockLayout& layout() const { return layout_; }
    /// F x F, of the weights of the feature counts.
    [[nodiscard]] const Eigen::MatrixXd& weight_covariance() const { return weight_covariance_; }
    [[nodiscard]] const SmoothFeatures& smooth() const { return smooth_; }

  private:
    BlockLayout layout_;
    SmoothFeatures smooth_;
    std::vector<PriorComponent> components_;
    Eigen::VectorXd variances_;
    Eigen::MatrixXd weight_covariance_;
};

}  // namespace latpred
