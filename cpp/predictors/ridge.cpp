#include "predictors/ridge.hpp"

#include <cmath>
#include <limits>

#include "base/dense.hpp"

namespace latpred {
namespace {

/// Sum over the spectrum of M, where M's eigenvectors carry `projected` of the observations.
struct Spectrum {
    Eigen::VectorXd values;
    Eigen::VectorXd projected;
    double total = 0;  ///< squared length of the observations
    double rows = 0;
    bool by_rows = false;

    [[nodiscard]] double degrees(double lambda) const {
        return (values.array() / (values.array() + lambda)).sum();
    }
    [[nodiscard]] double residual(double lambda) const {
        const Eigen::ArrayXd denominator = values.array() + lambda;
        if (by_rows)
            return (lambda * projected.array() / denominator).square().sum();
        const Eigen::ArrayXd fitted = projected.array().square() / denominator;
        return total - (fitted * (2.0 - values.array() / denominator)).sum();
    }
    [[nodiscard]] double score(double lambda) const {
        const double free = rows - degrees(lambda);
        return std::max(residual(lambda), 0.0) / (free * free);
    }
};

Spectrum spectrum_of(const Eigen::MatrixXd& matrix, const Eigen::VectorXd& observed) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
    return {solver.eigenvalues().cwiseMax(0.0), solver.eigenvectors().transpose() * observed};
}

}  // namespace

StructuredRidge::StructuredRidge(const FeatureMatrix& x, const Eigen::MatrixXd& covariance,
                                 const Eigen::VectorXd& y)
    : x_(x), y_(y), by_rows_(x.rows() <= x.cols()) {
    if (by_rows_) {
        basis_ = (x_ * covariance).transpose();
        kernel_ = x_ * basis_;
        return;
    }
    Eigen::MatrixXd lifted = covariance;
    // Layers of vanishing variance leave the covariance singular to rounding.
    lifted.diagonal().array() +=
        1e-12 * covariance.trace() / static_cast<double>(covariance.rows());
    const auto factor = positive_factor(lifted);
    basis_ = factor.lower();
    kernel_ = factor.inverse();
}

Eigen::MatrixXd StructuredRidge::gram(const Eigen::VectorXd& precision) const {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(x_.cols(), x_.cols());
    for (Eigen::Index row = 0; row < x_.rows(); ++row) {
        for (FeatureMatrix::InnerIterator a(x_, row); a; ++a) {
            for (FeatureMatrix::InnerIterator b(x_, row); b; ++b)
                sum(b.col(), a.col()) += precision[row] * a.value() * b.value();
        }
    }
    return sum;
}

Eigen::VectorXd StructuredRidge::solve(double lambda, const Eigen::VectorXd& precision) const {
    if (by_rows_) {
        Eigen::MatrixXd covariance = kernel_;
        covariance.diagonal() += lambda * precision.cwiseInverse();
        return basis_ * positive_factor(covariance).solve(y_);
    }
    const Eigen::MatrixXd normal = gram(precision) + lambda * kernel_;
    const Eigen::VectorXd moment = x_.transpose() * precision.cwiseProduct(y_);
    return positive_factor(normal).solve(moment);
}

StructuredRidge::Choice StructuredRidge::cross_validate(const Eigen::VectorXd& values,
                                                        const Eigen::VectorXd& precision) const {
    const Eigen::VectorXd root = precision.cwiseSqrt();
    const Eigen::VectorXd observed = root.cwiseProduct(values);
    Spectrum spectrum;
    if (by_rows_) {
        spectrum = spectrum_of(root.asDiagonal() * kernel_ * root.asDiagonal(), observed);
    } else {
        const Eigen::MatrixXd whitened = basis_.transpose() * gram(precision) * basis_;
        const Eigen::VectorXd moment = x_.transpose() * precision.cwiseProduct(values);
        spectrum = spectrum_of(whitened, basis_.transpose() * moment);
    }
    spectrum.total = observed.squaredNorm();
    spectrum.rows = static_cast<double>(x_.rows());
    spectrum.by_rows = by_rows_;
    Choice best;
    double least = std::numeric_limits<double>::infinity();
    for (int step = -48; step <= 4; ++step) {
        const double lambda = std::pow(10.0, step / 4.0);
        const double score = spectrum.score(lambda);
        if (score < least) {
            least = score;
            best = {lambda, spectrum.degrees(lambda)};
        }
    }
    return best;
}

}  // namespace latpred
