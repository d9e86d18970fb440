#include "predictors/ridge.hpp"

#include <cmath>
#include <limits>

#include "base/dense.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Xᵀ P X.
MatrixXd normal_matrix(const FeatureMatrix& x, const VectorXd& precision) {
    MatrixXd sum = MatrixXd::Zero(x.cols(), x.cols());
    for (Index row = 0; row < x.rows(); ++row) {
        for (FeatureMatrix::InnerIterator a(x, row); a; ++a) {
            double* column = sum.data() + a.col() * sum.rows();
            const double weight = precision[row] * a.value();
            for (FeatureMatrix::InnerIterator b(a); b; ++b)
                column[b.col()] += weight * b.value();
        }
    }
    return sum.selfadjointView<Eigen::Lower>();
}

/// X F (X F)ᵀ.
MatrixXd row_kernel(const FeatureMatrix& x, const PriorMap& factor) {
    const FeatureMatrix z = x * factor;
    return FeatureMatrix(z * FeatureMatrix(z.transpose()));
}

/// A Cholesky factor of the prior covariance. Layers of vanishing variance leave it singular to
/// rounding.
MatrixXd covariance_of(const PriorMap& factor) {
    MatrixXd covariance = PriorMap(factor * PriorMap(factor.transpose()));
    covariance.diagonal().array() +=
        1e-12 * covariance.trace() / static_cast<double>(covariance.rows());
    return covariance;
}

}  // namespace

DenseRidge::DenseRidge(const FeatureMatrix& x, const PriorMap& factor, const VectorXd& precision,
                       Monitor& monitor)
    : x_(x), factor_(factor), roots_(precision.cwiseSqrt()), by_rows_(x.rows() <= x.cols()) {
    if (by_rows_) {
        form_.emplace(roots_.asDiagonal() * row_kernel(x, factor) * roots_.asDiagonal());
        return;
    }
    basis_ = positive_factor(covariance_of(factor), monitor).lower();
    monitor.poll();
    const MatrixXd half = normal_matrix(x, precision) * basis_.triangularView<Eigen::Lower>();
    monitor.poll();
    form_.emplace(basis_.transpose().triangularView<Eigen::Upper>() * half);
    monitor.poll();
}

/// Values of rows along the eigenvectors.
VectorXd DenseRidge::inward(const VectorXd& y) const {
    const VectorXd observed = roots_.cwiseProduct(y);
    if (by_rows_)
        return form_->inward(observed);
    return form_->inward(basis_.transpose() * (x_.transpose() * roots_.cwiseProduct(observed)));
}

VectorXd DenseRidge::solve(double lambda, const VectorXd& y) const {
    const VectorXd solution = form_->outward(form_->solve(lambda, inward(y)));
    if (!by_rows_)
        return basis_.triangularView<Eigen::Lower>() * solution;
    const VectorXd dual = x_.transpose() * roots_.cwiseProduct(solution);
    return factor_ * (factor_.transpose() * dual);
}

DenseRidge::Choice DenseRidge::cross_validate(const VectorXd& y) const {
    const VectorXd moment = inward(y);
    const double total = roots_.cwiseProduct(y).squaredNorm();
    Choice best;
    double least = std::numeric_limits<double>::infinity();
    for (int step = -48; step <= 4; ++step) {
        const double lambda = std::pow(10.0, step / 4.0);
        const VectorXd solution = form_->solve(lambda, moment);
        const VectorXd fitted = form_->values().cwiseProduct(solution);
        const double squares = by_rows_ ? (moment - fitted).squaredNorm()
                                        : total - 2 * moment.dot(solution) + solution.dot(fitted);
        const double degrees = form_->degrees(lambda);
        const double free = static_cast<double>(y.size()) - degrees;
        const double score = std::max(squares, 0.0) / (free * free);
        if (score < least) {
            least = score;
            best = {lambda, degrees};
        }
    }
    return best;
}

StructuredRidge::StructuredRidge(const FeatureMatrix& x, const PriorMap& factor, const VectorXd& y)
    : x_(x), y_(y), by_rows_(x.rows() <= x.cols()) {
    if (by_rows_) {
        basis_ = factor * PriorMap(PriorMap(factor.transpose()) * PriorMap(x.transpose()));
        kernel_ = x_ * basis_;
        return;
    }
    kernel_ = positive_factor(covariance_of(factor)).inverse();
}

VectorXd StructuredRidge::solve(double lambda, const VectorXd& precision) const {
    if (by_rows_) {
        MatrixXd covariance = kernel_;
        covariance.diagonal() += lambda * precision.cwiseInverse();
        return basis_ * positive_factor(covariance).solve(y_);
    }
    const MatrixXd normal = normal_matrix(x_, precision) + lambda * kernel_;
    return positive_factor(normal).solve(VectorXd(x_.transpose() * precision.cwiseProduct(y_)));
}

}  // namespace latpred
