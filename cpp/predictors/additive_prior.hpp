// What the additive predictor believes before it sees a latency.
#pragma once

#include <Eigen/Dense>
#include <Eigen/SparseCore>
#include <string>
#include <vector>

#include "predictors/block_layout.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

/// N x F counts of features.
using FeatureMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;
/// F x P: weights of the features = map * z.
using PriorMap = Eigen::SparseMatrix<double>;

FeatureMatrix feature_matrix(const BlockLayout& layout, const Architectures& archs);

/// Rows from which the layers of the prior take their scales. Two rows that happen to cost the
/// same would make every other network look extreme, so few rows are joined by a fixed sample.
FeatureMatrix scaling_rows(const Architectures& archs, const BlockLayout& layout);

/// One layer of the prior: weights of the features = map * z with z ~ N(0, variance * I).
struct PriorComponent {
    std::string name;
    PriorMap map;
};

/// From coarse to fine: a constant (first), costs, costs by setting, total depth, setting; then
/// effects of the unit, of each gene of a block, of the block, of the block by setting, each in
/// proportion to the values the block moves; the same of each place, where places of one kind have
/// tables of their own; and setting by total depth.
/// Few rows can only raise the variance of coarse layers; many rows fill the fine ones.
/// The layers are scaled so that `rows` have mean variance 1 under each.
std::vector<PriorComponent> prior_components(const BlockLayout& layout, const FeatureMatrix& rows);

/// All layers in one: weights = factor * z with z ~ N(0, I). Sparse, F x (P of all layers).
PriorMap prior_factor(const std::vector<PriorComponent>& components,
                      const Eigen::VectorXd& variances);

/// Covariance of the features' weights: sum of variance * map * mapᵀ. Dense, for few features.
Eigen::MatrixXd prior_covariance(const std::vector<PriorComponent>& components,
                                 const Eigen::VectorXd& variances);

}  // namespace latpred
