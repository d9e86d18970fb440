// What the ceiling of a device is computed from.
#pragma once

#include <utility>
#include <vector>

#include <Eigen/Core>

#include "transfer/device_matrix.hpp"

namespace latpred {

/// Columns of mean 0 and deviation 1, and a constant one: of networks, of devices, products of two
/// devices where those are not too many, and what is to be told: logs and ranks of each device.
struct CeilingColumns {
    Eigen::MatrixXd values;         ///< N x (features | 1 | D logs | products | D ranks)
    Eigen::Index first_device = 0;  ///< the 1 stands before it
    std::vector<std::pair<Eigen::Index, Eigen::Index>> products;  ///< devices of each
    Eigen::Index first_rank = 0;
};

/// `order`: of the D devices.
CeilingColumns ceiling_columns(const DeviceMatrix& tables, const std::vector<std::size_t>& order);

}  // namespace latpred
