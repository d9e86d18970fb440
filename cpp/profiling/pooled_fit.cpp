#include "profiling/pooled_fit.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/distributions.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double least_rest = 1e-3;      ///< of 1 - leverage: a row of its own says nothing
constexpr double least_pivot = 1e-6;     ///< of a column beside those before it
constexpr double most_operations = 2e9;  ///< for degrees of freedom between pairs of rows

}  // namespace

void complete(Estimates& estimates, double confidence, double rounding) {
    const Index count = estimates.value.size();
    estimates.low.resize(count);
    estimates.high.resize(count);
    estimates.p_value.resize(count);
    for (Index k = 0; k < count; ++k) {
        const double error = std::max(estimates.error(k), rounding);
        const double half = student_bound(1 - confidence, estimates.degrees(k)) * error;
        estimates.low(k) = estimates.value(k) - half;
        estimates.high(k) = estimates.value(k) + half;
        const double t = error > 0 ? estimates.value(k) / error : 0;
        estimates.p_value(k) = student_tail(t, estimates.degrees(k));
    }
}

PooledFit::PooledFit(const MatrixXd& x) {
    const MatrixXd products = gram(x.transpose(), Monitor::current());
    const Cholesky factor(products, Monitor::current());
    const auto depends = [&] {
        const auto pivots = factor.lower().diagonal().array();
        return (pivots.square() <= least_pivot * products.diagonal().array()).any();
    };
    if (!factor.holds() || depends()) {
        throw DataError(message("regression: ", x.rows(), " networks do not tell ", x.cols(),
                                " terms apart; more or other networks expected"));
    }
    MatrixXd rows = x.transpose();
    factor.solve_lower(rows, Monitor::current());
    basis_ = rows.transpose();
    inverse_ = MatrixXd::Identity(x.cols(), x.cols());
    factor.solve_upper(inverse_, Monitor::current());
    leverage_ = basis_.rowwise().squaredNorm();
    rest_ = (1 - leverage_.array()).max(least_rest);
}

VectorXd PooledFit::residuals(const VectorXd& y) const {
    return y - product(basis_, product(basis_.transpose(), y));
}

VectorXd PooledFit::left_out(const VectorXd& y) const {
    return residuals(y).cwiseQuotient(rest_);
}

VectorXd PooledFit::scaled_residuals(const VectorXd& y) const {
    return residuals(y).cwiseQuotient(rest_.cwiseSqrt());
}

VectorXd PooledFit::coefficients(const VectorXd& y) const {
    return product(inverse_, product(basis_.transpose(), y));
}

MatrixXd PooledFit::weights(const MatrixXd& functions) const {
    return product(basis_, product(inverse_.transpose(), functions));
}

VectorXd PooledFit::degrees(const MatrixXd& weights) const {
    const MatrixXd squares = weights.array().square();
    const MatrixXd scaled = squares.array().colwise() / rest_.array();
    MatrixXd hit = rest_.array().square().matrix().asDiagonal() * scaled;
    const auto all = static_cast<double>(rows());
    if (all * all * static_cast<double>(weights.cols()) <= most_operations) {
        MatrixXd makers = gram(basis_, Monitor::current());
        makers = makers.array().square();
        makers.diagonal() = rest_.array().square();
        hit = product(makers, scaled, Monitor::current());
    }
    VectorXd found(weights.cols());
    for (Index k = 0; k < weights.cols(); ++k) {
        const double spread = scaled.col(k).dot(hit.col(k));
        const double sum = squares.col(k).sum();
        const double most = static_cast<double>(std::max<Index>(rows() - terms(), 1));
        found(k) = spread > 0 ? std::clamp(sum * sum / spread, 1.0, most) : most;
    }
    return found;
}

}  // namespace latpred
