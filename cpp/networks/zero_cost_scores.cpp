#include "networks/zero_cost_scores.hpp"

#include <cmath>
#include <limits>
#include <map>

#include "base/dense.hpp"
#include "base/dense_solvers.hpp"

namespace latpred {
namespace {

constexpr double not_defined = std::numeric_limits<double>::quiet_NaN();
constexpr double offset = 1e-5;

}  // namespace

Eigen::MatrixXd row_correlations(const ImageRows& rows) {
    const ImageRows centred = rows.colwise() - rows.rowwise().mean();
    const Eigen::MatrixXd products = gram(centred);
    // 0 / 0 for a constant row: no correlation, and none with itself.
    const Eigen::VectorXd scale = products.diagonal().cwiseSqrt().cwiseInverse();
    return scale.asDiagonal() * products * scale.asDiagonal();
}

double jacobian_score(const Eigen::MatrixXd& correlations) {
    if (!correlations.allFinite())
        return not_defined;
    double score = 0;
    for (const double value : symmetric_eigen(correlations).values)
        score -= std::log(value + offset) + 1 / (value + offset);
    return score;
}

double class_score(const Eigen::MatrixXd& correlations, std::span<const std::int64_t> labels) {
    std::map<std::int64_t, double> by_class;
    for (Eigen::Index i = 0; i < correlations.rows(); ++i) {
        for (Eigen::Index j = 0; j < correlations.cols(); ++j) {
            const std::int64_t label = labels[static_cast<std::size_t>(i)];
            if (label == labels[static_cast<std::size_t>(j)])
                by_class[label] += std::log(std::abs(correlations(i, j)) + offset);
        }
    }
    double score = 0;
    for (const auto& [label, sum] : by_class)
        score += std::abs(sum);
    return score;
}

double log_determinant(const Eigen::MatrixXd& kernel) {
    const Eigen::VectorXd values = symmetric_eigen(kernel).values;
    const double rounding = static_cast<double>(values.size()) * values.cwiseAbs().maxCoeff() *
                            std::numeric_limits<double>::epsilon();
    return values.minCoeff() > rounding ? values.array().log().sum() : not_defined;
}

}  // namespace latpred
