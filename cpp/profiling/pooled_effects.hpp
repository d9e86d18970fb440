// All effects of all blocks from one sample of networks and one regression.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "profiling/pooled_design.hpp"
#include "profiling/pooled_fit.hpp"

namespace latpred {

struct PooledSettings {
    double confidence = 0.95;
    std::uint64_t seed = 0;  ///< of the draws behind simultaneous intervals
    bool legacy = false;     ///< depths below a layer's number are raised to it
};

/// What is known of the 1 + K base functions (all networks, then placements) besides the sample.
struct BaseCorrection {
    Eigen::VectorXd shift;       ///< 1 + K, added to their values
    Eigen::MatrixXd covariance;  ///< (1 + K) x (1 + K), added to theirs
    double degrees = 0;          ///< of freedom of that covariance
};

/// What one metric says. K placements, B blocks, L sites, C = K - L contrasts.
struct PooledEffects {
    Estimates random;            ///< 1: mean over all networks
    Estimates means;             ///< K
    Estimates effects;           ///< K: mean minus the mean over all networks
    Estimates block_means;       ///< B: unweighted over a block's placements
    Estimates depth_effects;     ///< L: unweighted over a site's blocks, minus all networks
    Estimates contrasts;         ///< C
    Eigen::VectorXd family_low;  ///< K: simultaneous, of the effects
    Eigen::VectorXd family_high;
    Eigen::MatrixXd covariance;  ///< K x K, of the effects
    double residual_deviation = 0;
};

/// The regression on the factors of a space for N networks drawn from it. The indicator of "the
/// layer is there and this block stands in it" is among the columns, so the best linear
/// approximation has exactly the mean of the networks with that placement, whatever the values
/// depend on (normal equations); that mean is its value at the expected columns, which are known.
class PooledModel {
  public:
    /// Blocks by joint choices where the networks are enough for that (PooledDesign's
    /// least_networks, and none of its terms missing among them), else by sums over their genes.
    /// DataError where they are not for either, saying how many are; ConfigError for a space
    /// without sites, and under the legacy rule for one with couplings or bans, or whose depths the
    /// rule makes other than the layer's existence does.
    PooledModel(const PooledFactors& factors, PooledMoments moments, const Architectures& archs,
                bool legacy);

    [[nodiscard]] const PooledDesign& design() const { return *design_; }
    [[nodiscard]] const PooledFit& fit() const { return *fit_; }
    [[nodiscard]] bool joint_blocks() const { return joint_; }
    /// P x (1 + K): the base functions.
    [[nodiscard]] const Eigen::MatrixXd& base() const { return base_; }
    /// Site and block of each placement that networks have, in the order of sites.
    [[nodiscard]] const std::vector<std::pair<int, int>>& placements() const { return placements_; }
    /// Numbers of the L sites that have placements.
    [[nodiscard]] const std::vector<int>& sites() const { return sites_; }
    /// Names of blocks, in the order of sites.
    [[nodiscard]] const std::vector<std::string>& blocks() const { return blocks_; }
    /// Number of the placement of each contrast, and of the one it is held against.
    [[nodiscard]] const std::vector<std::pair<int, int>>& contrasts() const { return contrasts_; }

    [[nodiscard]] PooledEffects effects(const Eigen::VectorXd& y, const PooledSettings& settings,
                                        const BaseCorrection* correction = nullptr) const;

  private:
    void choose_design(const Architectures& archs,
                       const std::shared_ptr<const PooledMoments>& moments);
    bool fits(const Architectures& archs);
    void set_placements();
    void set_base(bool legacy);
    void set_functions();
    [[nodiscard]] Estimates estimates(const Eigen::VectorXd& y, const Eigen::VectorXd& base_shift,
                                      const Eigen::MatrixXd& base_covariance,
                                      double base_degrees) const;
    [[nodiscard]] Eigen::MatrixXd counting_covariance(const Eigen::VectorXd& y) const;

    const PooledFactors& factors_;
    std::optional<PooledDesign> design_;
    std::optional<PooledFit> fit_;
    bool joint_ = true;
    Eigen::MatrixXd base_;
    std::vector<std::pair<int, int>> placements_;
    std::vector<int> states_;  ///< of placements, among those of all factors
    std::vector<int> sites_;
    std::vector<std::string> blocks_;
    std::vector<std::pair<int, int>> contrasts_;
    Eigen::MatrixXd functions_;  ///< (1 + K) x (1 + 2 K + B + L + C): all that is asked
    Eigen::MatrixXd weights_;    ///< N x the same
    Eigen::VectorXd degrees_;
};

}  // namespace latpred
