// Architectures as features of what is fitted to hundreds of networks.
#pragma once

#include <array>
#include <cstddef>

#include "transfer/feature_basis.hpp"

namespace latpred {

/// Groups whose coefficients have one prior variance.
enum class WideGroup : std::size_t {
    costs,     ///< the encoding "cost-features"
    counts,    ///< the encoding "op-counts"
    stages,    ///< the encoding "stage-costs"
    choices,   ///< the encoding "one-hot"
    pairs,     ///< products of two choices, in spaces of few genes
    ordinals,  ///< genes of numbers as they are: kernel sizes, channels, depths
    siblings,  ///< pairs of operations that read the same node of a cell: runtimes share their work
    products,  ///< of the numbers of a cell's operations
};
inline constexpr std::size_t wide_groups = 8;

/// N x F: features as those of `FeatureBasis` in finer and more groups, scaled over the networks of
/// a fit; its group "macs", which is among the costs, is 0.
class WideBasis {
  public:
    /// Means and deviations over these networks, at least one.
    static WideBasis fitted(const Architectures& archs);
    /// From a file; CorruptionError where there are not F finite numbers of each.
    WideBasis(const SpacePtr& space, Eigen::VectorXd means, Eigen::VectorXd scales);

    [[nodiscard]] const SpacePtr& space() const { return core_.space(); }
    [[nodiscard]] Eigen::Index columns() const { return scaling_.means.size(); }
    [[nodiscard]] FeatureRange range(std::size_t group) const { return ranges_[group]; }
    /// Number of features of the group that vary.
    [[nodiscard]] Eigen::Index varying(std::size_t group) const;
    /// F numbers from one of each group; 0 for features of none.
    [[nodiscard]] Eigen::VectorXd spread(const Eigen::VectorXd& of_groups) const;
    [[nodiscard]] const GroupScaling& scaling() const { return scaling_; }

    /// N x F; a row depends on its architecture only.
    [[nodiscard]] Eigen::MatrixXd of(const Architectures& archs) const;

  private:
    explicit WideBasis(const SpacePtr& space);
    [[nodiscard]] Eigen::MatrixXd raw(const Architectures& archs) const;

    FeatureBasis core_;
    std::array<FeatureRange, wide_groups> ranges_;
    GroupScaling scaling_;
};

}  // namespace latpred
