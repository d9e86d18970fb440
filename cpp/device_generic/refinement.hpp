// From a device's description to its samples.
#pragma once

#include <vector>

#include "device_generic/device_model.hpp"

namespace latpred {

/// Deviation of the logarithm of ms per factor of a device without a description, or with one that
/// its samples contradict.
inline constexpr double undescribed_level = 3.0;

/// n measured networks of a device.
struct Samples {
    Eigen::MatrixXd features;  ///< n x (F + 1)
    Eigen::VectorXd values;    ///< log latency less the common logarithm
    Eigen::VectorXd noises;    ///< variances
};

/// Moves weights and level of `state` (a described device, or one of unknown level) to the samples,
/// and keeps them for the spreads; see `DeviceGeneric::adapt_to`. Returns the mean absolute error
/// of the samples' logarithms, each predicted from the others.
double refine(const Knowledge& knowledge, const Samples& samples, DeviceModel::State& state,
              Monitor& monitor);

/// `count` rows, in the order they were chosen: each the one that lowers the sum over all rows of
/// the posterior variance of a linear function with these prior variances most.
std::vector<std::size_t> least_variance_design(const Eigen::MatrixXd& features,
                                               const Eigen::VectorXd& weight_variances,
                                               double level_variance, double noise,
                                               std::size_t count, Monitor& monitor);

}  // namespace latpred
