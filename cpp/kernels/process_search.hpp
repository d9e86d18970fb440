// How a process is judged: by rows of families that it has not seen.
#pragma once

#include <vector>

#include "kernels/network_model.hpp"

namespace latpred {

/// Groups of rows that are left out together: families, or single rows where there are few
/// families.
std::vector<std::vector<Eigen::Index>> row_groups(const MeasuredNetworks& rows);

/// Rows as predicted without their group, in closed form (Rasmussen and Williams, equations 5.10 to
/// 5.12, by blocks).
struct LeftOut {
    Eigen::VectorXd errors;     ///< N
    Eigen::VectorXd variances;  ///< N
};
LeftOut left_out(const Eigen::MatrixXd& covariance, const Eigen::VectorXd& rest,
                 const std::vector<std::vector<Eigen::Index>>& groups, Monitor& monitor);

/// The settings under which rows without their groups are most likely, one after the other over
/// small grids.
ProcessSettings best_settings(const MeasuredNetworks& rows, const SumRows& sums,
                              const Eigen::VectorXd& rest, const Eigen::VectorXd& weights,
                              ProcessSettings start, std::uint64_t seed, Monitor& monitor);

}  // namespace latpred
