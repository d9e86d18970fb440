// Scores of how alike the images of a batch are to a network.
#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <span>

namespace latpred {

/// One row an image.
using ImageRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// N x N correlations of the rows; NaN for a row that is constant.
Eigen::MatrixXd row_correlations(const ImageRows& rows);

/// -Σ (log(v + 1e-5) + 1 / (v + 1e-5)) over the eigenvalues v of N x N correlations (Mellor et al.
/// 2020). NaN where one is not finite.
double jacobian_score(const Eigen::MatrixXd& correlations);

/// Σ over classes |Σ log(|c| + 1e-5)| over all pairs of images of the class, an image with itself
/// included (Lopes et al. 2021). NaN where a correlation is.
double class_score(const Eigen::MatrixXd& correlations, std::span<const std::int64_t> labels);

/// log|det K| of a sum of Gram matrices; NaN where it is singular to rounding.
double log_determinant(const Eigen::MatrixXd& kernel);

}  // namespace latpred
