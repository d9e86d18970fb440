// Devices as points of a plane: those that rank networks alike lie close together.
#pragma once

#include <Eigen/Core>

namespace latpred {

struct DeviceMap {
    Eigen::MatrixXd places;  ///< D x 2
    double shown = 0;        ///< share of the squared distances that the plane holds, 0 to 1
};

/// Classical multidimensional scaling (Torgerson, Psychometrika 17, 1952) of the distances 1 - rho.
/// The coordinate that is farthest from 0 along each axis is positive. DataError for fewer than
/// two devices; `correlations` is symmetric.
DeviceMap device_map(const Eigen::MatrixXd& correlations);

}  // namespace latpred
