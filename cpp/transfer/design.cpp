#include "transfer/design.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/rehouse.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// In units of the variance of the latencies.
constexpr double share = 0.5;
constexpr double level = 0.3;
constexpr double noise = 0.1;

/// N x P, so that the products of rows are prior covariances.
MatrixXd prior_features(const SourceModels& sources, const Architectures& archs) {
    const MatrixXd features = sources.basis.of(archs);
    const MatrixXd directions = sources.directions();
    const FeatureBasis::Range choices = sources.basis.range(FeatureGroup::choices);
    MatrixXd out(features.rows(), 1 + directions.cols() + choices.count);
    out.col(0).setConstant(std::sqrt(level));
    out.middleCols(1, directions.cols()) =
        product(features, directions) *
        std::sqrt(share / static_cast<double>(std::max<Eigen::Index>(directions.cols(), 1)));
    out.rightCols(choices.count) =
        std::sqrt(share) * features.middleCols(choices.begin, choices.count);
    return out;
}

/// Rows of a pivoted Cholesky factorisation of the prior covariance plus noise.
std::vector<std::size_t> pivots(const MatrixXd& features, std::size_t count, Monitor& monitor) {
    VectorXd variances = features.rowwise().squaredNorm();
    MatrixXd factor(features.rows(), static_cast<Eigen::Index>(count));
    std::vector<std::size_t> chosen;
    for (Eigen::Index step = 0; step < factor.cols(); ++step) {
        monitor.poll();
        Eigen::Index pivot = 0;
        const double variance = variances.maxCoeff(&pivot);
        chosen.push_back(static_cast<std::size_t>(pivot));
        VectorXd column = product(features, features.row(pivot).transpose().eval());
        if (step > 0)
            column -= VectorXd(
                product(factor.leftCols(step), factor.row(pivot).head(step).transpose().eval()));
        factor.col(step) = column / std::sqrt(std::max(variance, 0.0) + noise);
        variances -= factor.col(step).cwiseAbs2();
        for (const std::size_t row : chosen)
            variances[static_cast<Eigen::Index>(row)] = -1;
    }
    return chosen;
}

}  // namespace

std::vector<std::size_t> choose_design(const SourceModels& sources, const Architectures& candidates,
                                       std::size_t count, Monitor& monitor) {
    if (count == 0)
        throw ConfigError("choose: at least one network expected");
    const Architectures archs =
        as_rows_of(sources.basis.space(), candidates, "choose: source devices");
    const std::vector<std::size_t> rows = distinct_rows(archs);
    if (rows.size() < count) {
        throw DataError(
            message("choose: ", rows.size(), " different networks, at least ", count, " expected"));
    }
    std::vector<std::size_t> chosen;
    for (const std::size_t i : pivots(prior_features(sources, archs.select(rows)), count, monitor))
        chosen.push_back(rows[i]);
    std::ranges::sort(chosen);
    return chosen;
}

}  // namespace latpred
