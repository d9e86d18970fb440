// A Gaussian process with a linear kernel of each group of features, fitted to hundreds of rows.
#pragma once

#include <vector>

#include <Eigen/Core>

#include "base/monitor.hpp"
#include "device_generic/wide_basis.hpp"

namespace latpred {

struct GroupVariances {
    Eigen::VectorXd groups;  ///< wide_groups: of the coefficients of each; 0: not in the model
    double noise = 0;
};

/// A linear function of the features, and what is left.
struct GroupFit {
    Eigen::VectorXd weights;    ///< F
    double level = 0;           ///< at features of 0
    Eigen::VectorXd residuals;  ///< N
    Eigen::VectorXd left_out;   ///< N: residuals of the fits without the row
    double deviation = 0;       ///< robust standard deviation of the residuals
    GroupVariances variances;
};

/// N rows of features of a basis and their values.
struct GroupRows {
    const WideBasis& basis;
    const Eigen::MatrixXd& features;  ///< N x F
    const Eigen::VectorXd& values;    ///< N
};

/// Features in units of the prior deviation of their weights.
Eigen::MatrixXd in_prior_deviations(const Eigen::MatrixXd& features,
                                    const Eigen::VectorXd& variances);

/// Variances by marginal likelihood (`maximal_evidence`) on the given rows (at most some 200 of
/// them are worth their time), about `shares` of the variance of the values: a group of share 0 is
/// not in the model.
GroupVariances group_variances(const GroupRows& rows, const std::vector<Eigen::Index>& evidence,
                               const Eigen::VectorXd& shares);

/// The posterior mean, rows with residuals beyond twice their robust deviation weighing less
/// (Huber's weights, three rounds).
GroupFit fit_group_process(const GroupRows& rows, const GroupVariances& variances,
                           Monitor& monitor);

}  // namespace latpred
