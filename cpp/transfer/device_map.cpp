#include "transfer/device_map.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense_solvers.hpp"
#include "base/error.hpp"

namespace latpred {

DeviceMap device_map(const Eigen::MatrixXd& correlations) {
    const Eigen::Index count = correlations.rows();
    if (count < 2)
        throw DataError("device map: at least two devices expected");
    Eigen::MatrixXd inner = -0.5 * (1 - correlations.array()).square();
    inner.diagonal().setZero();
    inner.rowwise() -= inner.colwise().mean().eval();
    inner.colwise() -= inner.rowwise().mean().eval();
    const SymmetricEigen found = symmetric_eigen(inner);
    DeviceMap map{Eigen::MatrixXd::Zero(count, 2), 0};
    double all = 0;
    for (const double value : found.values)
        all += std::max(value, 0.0);
    for (Eigen::Index axis = 0; axis < 2; ++axis) {
        const double value = std::max(found.values[count - 1 - axis], 0.0);
        Eigen::VectorXd along = std::sqrt(value) * found.vectors.col(count - 1 - axis);
        Eigen::Index farthest = 0;
        along.cwiseAbs().maxCoeff(&farthest);
        map.places.col(axis) = along[farthest] < 0 ? Eigen::VectorXd(-along) : along;
        map.shown += all > 0 ? value / all : 0;
    }
    return map;
}

}  // namespace latpred
