#include "profiling/pooled_validation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index least_validation = 10;
constexpr double full_rows_a_term = 2;
constexpr Index rows_a_fixed_term = 5;

ValidationCorrection full_correction(const PooledModel& model, const PooledFit& fit,
                                     const VectorXd& errors) {
    const MatrixXd weights = fit.weights(model.base());
    const MatrixXd pulls = fit.scaled_residuals(errors).asDiagonal() * weights;
    return {{.shift = product(weights.transpose(), errors),
             .covariance = gram(pulls.transpose()),
             .degrees = fit.degrees(weights).mean()},
            "blocks"};
}

/// A posterior of all coefficients under one strength of shrinkage, with its restricted likelihood.
struct Shrunk {
    VectorXd shift;
    MatrixXd covariance;
    double log_likelihood = 0;
};

/// Coefficients of `fixed` columns are free, all others normal with variance `strength` times that
/// of the noise (Henderson's mixed model equations).
Shrunk shrink(const MatrixXd& x, const VectorXd& errors, const std::vector<bool>& fixed,
              double strength, const MatrixXd& base) {
    MatrixXd precision = gram(x.transpose());
    double log_prior = 0;
    Index free = 0;
    for (Index p = 0; p < x.cols(); ++p) {
        if (fixed[static_cast<std::size_t>(p)]) {
            ++free;
            continue;
        }
        precision(p, p) += 1 / strength;
        log_prior += std::log(strength);
    }
    const Cholesky factor = positive_factor(precision);
    const VectorXd right = product(x.transpose(), errors);
    const VectorXd mean = factor.solve(right);
    const auto degrees = static_cast<double>(x.rows() - free);
    const double squares = std::max(errors.squaredNorm() - right.dot(mean), 0.0);
    MatrixXd spread = base;
    factor.solve_lower(spread);
    return {.shift = product(base.transpose(), mean),
            .covariance = squares / degrees * gram(spread.transpose()),
            .log_likelihood = -0.5 * (factor.log_determinant() + log_prior +
                                      degrees * std::log(std::max(squares, 1e-300)))};
}

ValidationCorrection shrunk_correction(const PooledModel& model, const MatrixXd& x,
                                       const VectorXd& errors) {
    const PooledDesign& design = model.design();
    std::vector<bool> fixed(static_cast<std::size_t>(design.terms()), false);
    fixed[0] = true;
    Index terms = 1;
    for (Index p = 1; p < design.terms(); ++p) {
        const bool depth = design.factors().factors()[design.column(p).factor].depth;
        fixed[static_cast<std::size_t>(p)] = depth;
        terms += depth ? 1 : 0;
    }
    const bool depths = terms > 1 && x.rows() >= rows_a_fixed_term * terms;
    if (!depths)
        std::fill(fixed.begin() + 1, fixed.end(), false);
    std::vector<Shrunk> all;
    for (int half_decade = -8; half_decade <= 4; ++half_decade)
        all.push_back(shrink(x, errors, fixed, std::pow(10.0, half_decade / 2.0), model.base()));
    double best = all.front().log_likelihood;
    for (const Shrunk& one : all)
        best = std::max(best, one.log_likelihood);
    double sum = 0;
    VectorXd mean = VectorXd::Zero(model.base().cols());
    for (const Shrunk& one : all) {
        sum += std::exp(one.log_likelihood - best);
        mean += std::exp(one.log_likelihood - best) * one.shift;
    }
    mean /= sum;
    MatrixXd covariance = MatrixXd::Zero(mean.size(), mean.size());
    for (const Shrunk& one : all) {
        const VectorXd apart = one.shift - mean;
        covariance += std::exp(one.log_likelihood - best) / sum *
                      (one.covariance + apart * apart.transpose());
    }
    const auto degrees = static_cast<double>(x.rows() - (depths ? terms : 1));
    return {{.shift = mean, .covariance = covariance, .degrees = degrees},
            depths ? "depths" : "level"};
}

}  // namespace

ValidationCorrection validation_correction(const PooledModel& model, const Architectures& archs,
                                           const VectorXd& errors) {
    const auto rows = static_cast<Index>(archs.size());
    if (rows < least_validation) {
        throw DataError(
            message("validation: ", rows, " networks, at least ", least_validation, " expected"));
    }
    const MatrixXd x = model.design().rows(archs);
    if (static_cast<double>(rows) >= full_rows_a_term * static_cast<double>(x.cols()) &&
        rows >= static_cast<Index>(model.design().least_networks())) {
        return full_correction(model, PooledFit(x), errors);
    }
    return shrunk_correction(model, x, errors);
}

}  // namespace latpred
