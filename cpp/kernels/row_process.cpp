// The process of measured rows: what the model and its fit share.
#include "kernels/network_model.hpp"

#include <cmath>

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double least_noise = 2e-3;  ///< no clock is better

}  // namespace

SumRows relative_sums(const MeasuredNetworks& rows, const PhysicalMean& mean) {
    const VectorXd ms = mean.ms(rows.table.atoms);
    SumRows sums = rows.table.rows;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        for (AtomCount& one : sums[i])
            one.count *= ms[one.atom] / rows.latency_ms[static_cast<Index>(i)];
    }
    return sums;
}

VectorXd relative_rest(const MeasuredNetworks& rows, const SumRows& sums,
                       const PhysicalMean& mean) {
    VectorXd rest(rows.size());
    for (Index i = 0; i < rest.size(); ++i) {
        rest[i] = 1 - mean.overhead_ms / rows.latency_ms[i];
        for (const AtomCount& one : sums[static_cast<std::size_t>(i)])
            rest[i] -= one.count;
    }
    return rest;
}

VectorXd row_noise(const MeasuredNetworks& rows, const VectorXd& weights,
                   const ProcessSettings& settings) {
    const double own = settings.network * settings.network + least_noise * least_noise;
    return (rows.deviations.array().square() + own) / weights.array();
}

std::array<double, 2> lengths_of(const ProcessSettings& settings) {
    return {settings.length, settings.length / 4};
}

MatrixXd row_covariance(const MeasuredNetworks& rows, const SumComponents& components,
                        const VectorXd& weights, const ProcessSettings& settings) {
    MatrixXd covariance = settings.kind * settings.kind * components.kind +
                          settings.wide * settings.wide * components.shape[0] +
                          settings.narrow * settings.narrow * components.shape[1];
    const double family = settings.family * settings.family;
    for (Index i = 0; i < covariance.rows(); ++i) {
        for (Index j = 0; j < covariance.cols(); ++j) {
            if (rows.family[static_cast<std::size_t>(i)] ==
                rows.family[static_cast<std::size_t>(j)])
                covariance(i, j) += family;
        }
    }
    covariance.diagonal() += row_noise(rows, weights, settings);
    return covariance;
}

}  // namespace latpred
