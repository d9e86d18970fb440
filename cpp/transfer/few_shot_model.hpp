// A device's latency from a few of its networks and models of other devices.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "predictors/predictor.hpp"
#include "transfer/feature_basis.hpp"

namespace latpred {

/// The groups of features, and as the last one the values of the source models.
inline constexpr std::size_t kernel_groups = feature_groups + 1;
inline constexpr std::size_t source_group = feature_groups;

/// A Gaussian process with a linear kernel of each group; one of several that are averaged.
struct LinearProcess {
    std::array<double, kernel_groups> variances{};  ///< 0: the group is not in it
    double noise = 0;
    double share = 0;  ///< in the average; all sum to 1
};

/// What a device's samples say, with everything a prediction needs.
struct FewShotState {
    FeatureBasis basis;
    Eigen::MatrixXd directions;  ///< F x D: weights of source models, values of deviation 1
    Eigen::MatrixXd features;    ///< n x F: of the samples
    Eigen::VectorXd values;      ///< n: their latencies in ms
    std::vector<LinearProcess> processes;
    /// Another model of the same samples, averaged with the processes' mean; null where there is
    /// none.
    std::shared_ptr<const Predictor> companion = nullptr;
    double companion_share = 0;  ///< 0 to 1
};

/// Variance of the constant of a process, in units of the samples' variance.
inline constexpr double level_variance = 0.3;

/// n x n' linear kernels of each group between two sets of features, of mean diagonal 1.
std::vector<Eigen::MatrixXd> group_kernels(const FeatureBasis& basis,
                                           const Eigen::MatrixXd& directions,
                                           const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

/// Predicts the mean of the average (and the companion) and spreads by the average's deviation;
/// kind "few-shot". Comes calibrated as a normal distribution: `predict_interval` gives the
/// average's own intervals for one more measurement, to a confidence of .995.
class FewShotModel final : public Predictor {
  public:
    /// CorruptionError where sizes do not fit or numbers are not finite.
    FewShotModel(ModelInfo info, FewShotState state);

    [[nodiscard]] const FewShotState& state() const { return state_; }

    void spreads(const Architectures& archs, std::span<const double> predicted,
                 std::span<double> spreads) const override;
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    /// One process, solved.
    struct Solved {
        Eigen::MatrixXd inverse;  ///< n x n, of the covariance of the samples
        Eigen::VectorXd alpha;    ///< n
    };

    void check() const;
    void solve();
    [[nodiscard]] Eigen::VectorXd weights_of(const LinearProcess& process,
                                             const Eigen::VectorXd& alpha) const;

    FewShotState state_;
    double mean_ = 0, deviation_ = 1, least_ = 0;  ///< of the samples, in ms
    std::vector<Solved> solved_;
    Eigen::VectorXd weights_;  ///< F: ms for a unit of each feature of the basis
    double level_ = 0;         ///< ms at features of 0
};

std::shared_ptr<Predictor> load_few_shot(const SpacePtr& space, const ModelInfo& info,
                                         const TensorFile& file);

}  // namespace latpred
