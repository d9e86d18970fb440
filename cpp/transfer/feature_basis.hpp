// Architectures as groups of features for linear models of latency.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "base/monitor.hpp"
#include "encodings/encoding.hpp"

namespace latpred {

/// Groups whose coefficients have one prior variance.
enum class FeatureGroup : std::size_t {
    macs,     ///< of the whole network
    costs,    ///< the encodings "cost-features" and "op-counts"
    stages,   ///< the encoding "stage-costs"
    choices,  ///< the encoding "one-hot"
    pairs,    ///< products of two choices, in spaces of few genes
};
inline constexpr std::size_t feature_groups = 5;

/// Some of the columns of a matrix of features.
struct FeatureRange {
    Eigen::Index begin = 0;
    Eigen::Index count = 0;
};

/// Means of F features, and factors that give deviation 1, divided by the root of the number of
/// features of the group that vary; 0 for those that do not.
struct GroupScaling {
    Eigen::VectorXd means, scales;

    /// (features - means) * scales, of each row.
    [[nodiscard]] Eigen::MatrixXd of(Eigen::MatrixXd features) const;
};
GroupScaling group_scaling(const Eigen::MatrixXd& features, std::span<const FeatureRange> groups);

/// N x F: each feature minus its mean over the networks of the fit, in units of its deviation there
/// and scaled so that the squares of a group sum to 1 on average. A linear kernel of a group then
/// has a mean diagonal of 1. Features that the fit saw constant are 0.
class FeatureBasis {
  public:
    using Range = FeatureRange;

    /// Means and deviations over these networks, at least one.
    static FeatureBasis fitted(const Architectures& archs);
    /// From a file; CorruptionError where there are not F finite numbers of each.
    FeatureBasis(SpacePtr space, Eigen::VectorXd means, Eigen::VectorXd scales);

    [[nodiscard]] const SpacePtr& space() const { return space_; }
    [[nodiscard]] Eigen::Index columns() const { return scaling_.means.size(); }
    [[nodiscard]] Range range(FeatureGroup group) const {
        return ranges_[static_cast<std::size_t>(group)];
    }
    /// Number of features of the group that vary.
    [[nodiscard]] Eigen::Index varying(FeatureGroup group) const;
    [[nodiscard]] const Eigen::VectorXd& means() const { return scaling_.means; }
    [[nodiscard]] const Eigen::VectorXd& scales() const { return scaling_.scales; }

    /// N x F; a row depends on its architecture only.
    [[nodiscard]] Eigen::MatrixXd of(const Architectures& archs) const;

    /// Without scaling: features are as the encodings have them.
    explicit FeatureBasis(SpacePtr space);
    /// N x F, as the encodings have them.
    [[nodiscard]] Eigen::MatrixXd raw(const Architectures& archs) const;

  private:
    SpacePtr space_;
    std::shared_ptr<const Encoding> counts_, one_hot_;
    std::array<Range, feature_groups> ranges_;
    GroupScaling scaling_;
};

}  // namespace latpred
