// Devices parted into sources and targets that resemble each other little: a hard transfer task.
#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "transfer/device_matrix.hpp"

namespace latpred {

/// Spearman's correlation of each two devices over all networks, ties by mean ranks, D x D. A
/// device on which all networks take the same time says nothing of others: 0.
Eigen::MatrixXd device_correlations(const DeviceMatrix& tables);

struct DeviceParts {
    std::vector<std::size_t> sources, targets;  ///< columns, ascending
};

/// Mean of the correlations of each source with each target.
double mean_cross_correlation(const Eigen::MatrixXd& correlations, const DeviceParts& parts);

/// Sides of a graph's nodes that keep the sizes given (`side` has them) and between which the
/// edges weigh little: swaps of Kernighan and Lin (Bell System Technical Journal 49, 1970) until
/// no series of them helps. `weights` is symmetric.
void bisect(const Eigen::MatrixXd& weights, std::vector<bool>& side);

/// Weight of the edges between the sides.
double cut_weight(const Eigen::MatrixXd& weights, const std::vector<bool>& side);

/// `sources` and `targets` devices that correlate little with each other.
///
/// After NASFLAT (Akhauri and Abdelfattah 2024), with a seed, and with weights of the right sign:
/// its own maximised the cut. Three quarters of the devices are drawn, so that seeds give different
/// tasks; they are bisected with the correlations as weights, from ten starts; then the device
/// whose mean correlation with the other side is largest leaves a side that is too large, until
/// none is. Depends on the seed and on the latencies alone, not on the order of devices.
/// ConfigError for no source or target; DataError for fewer devices than both together.
DeviceParts part_devices(const DeviceMatrix& tables, std::size_t sources, std::size_t targets,
                         std::uint64_t seed);

}  // namespace latpred
