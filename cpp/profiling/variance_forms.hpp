// Groups of terms of a pooled fit, and the share of the variance that each explains.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "profiling/pooled_design.hpp"
#include "profiling/pooled_fit.hpp"

namespace latpred {

/// The variance of what a group of terms says, in all networks of the space: b' form b, where b are
/// the P coefficients of the design.
struct VarianceForm {
    std::string group;  ///< "u2", "e", "e x ks", "u2 x e"
    std::string kind;   ///< "unit", "factor", "unit x factor"
    Eigen::MatrixXd form;
};

/// By unit: the variance of the unit's terms. By factor: what the settings, then depths, then each
/// group of genes, then the joint choices of blocks explain beyond those before them, which is the
/// analysis of variance where genes are drawn independently. By unit and factor: the same in the
/// columns of each unit.
std::vector<VarianceForm> variance_forms(const PooledDesign& design);

/// P x P: the covariance of columns in the space.
Eigen::MatrixXd column_covariance(const PooledDesign& design);

/// The form of what the columns of `part` explain of the design's fitted values.
Eigen::MatrixXd explained_form(const PooledDesign& design, const std::vector<PooledColumn>& part);

/// What shares need of a fit and N values.
struct FittedValues {
    FittedValues(const PooledDesign& design, const PooledFit& of, const Eigen::VectorXd& y);

    const PooledFit* fit;
    Eigen::VectorXd coefficients;
    Eigen::MatrixXd covariance;  ///< P x P, of the coefficients (HC2)
    Eigen::VectorXd scaled;      ///< N: residuals as HC2 takes them
    Eigen::VectorXd along;       ///< P: half the gradient of the fitted values' variance
    Eigen::VectorXd squares;     ///< N: squared residuals as HC2 takes them, minus their mean
    double variance = 0;         ///< in the space: of what the fit says, and of what it leaves
    double noise = 0;            ///< of what it leaves
};

struct VarianceShare {
    double share = 0;
    double error = 0;  ///< standard error
};

/// The share of the variance in the space, less what the coefficients' errors add to it; its
/// standard error by the delta method. 0 for values that do not vary.
VarianceShare variance_share(const Eigen::MatrixXd& form, const FittedValues& values);

}  // namespace latpred
