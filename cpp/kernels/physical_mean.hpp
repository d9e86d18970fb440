// Time of kernels to first order: a sum of costs with prices of at least 0, by kind of kernel.
#pragma once

#include "base/monitor.hpp"
#include "kernels/network_rows.hpp"

namespace latpred {

struct PhysicalMean {
    Eigen::MatrixXd prices;  ///< kinds x terms, ms for each unit
    double overhead_ms = 0;  ///< of a network

    [[nodiscard]] double ms(const KernelAtom& atom) const;
    [[nodiscard]] Eigen::VectorXd ms(const std::vector<KernelAtom>& atoms) const;
};

/// Costs of each row over its latency: (kinds x terms) columns, kind by kind, and the overhead's.
Eigen::MatrixXd relative_costs(const MeasuredNetworks& rows);

/// Weighted least squares of relative errors, with Huber's weights besides those given; rows of
/// weight 0 are not there. Prices of a kind lean on those that all kinds have in common, the more
/// the less is known about the kind: a kind without rows has the common ones.
PhysicalMean fit_physical_mean(const Eigen::MatrixXd& costs, const Eigen::VectorXd& weights,
                               Monitor& monitor = Monitor::none());

}  // namespace latpred
