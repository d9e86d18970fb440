#include "predictors/variance_components.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "base/dense.hpp"
#include "base/statistics.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double constant_variance = 10.0;
constexpr double start_variance = 0.01;
constexpr double least_variance = 1e-12;

/// Symmetric matrices as columns of their lower triangles, N (N + 1) / 2 numbers each.
class Triangles {
  public:
    explicit Triangles(const std::vector<MatrixXd>& matrices)
        : size_(matrices.front().rows()),
          columns_(size_ * (size_ + 1) / 2, static_cast<Index>(matrices.size())) {
        for (std::size_t i = 0; i < matrices.size(); ++i) {
            Index place = 0;
            for (Index j = 0; j < size_; place += size_ - j, ++j)
                columns_.col(static_cast<Index>(i)).segment(place, size_ - j) =
                    matrices[i].col(j).tail(size_ - j);
        }
    }

    /// The sum of amount x matrix, its lower triangle only.
    [[nodiscard]] MatrixXd sum(const VectorXd& amounts) const {
        const VectorXd packed = columns_ * amounts;
        MatrixXd whole(size_, size_);
        Index place = 0;
        for (Index j = 0; j < size_; place += size_ - j, ++j)
            whole.col(j).tail(size_ - j) = packed.segment(place, size_ - j);
        return whole;
    }

    /// aᵀ M a, and the sum of B x M (B symmetric), of each matrix M: two columns.
    [[nodiscard]] MatrixXd forms(const VectorXd& a, const MatrixXd& b) const {
        MatrixXd weights(columns_.rows(), 2);
        Index place = 0;
        for (Index j = 0; j < size_; place += size_ - j, ++j) {
            const Index below = size_ - j;  // those off the diagonal stand for two
            weights.col(0).segment(place, below) = 2 * a[j] * a.tail(below);
            weights.col(1).segment(place, below) = 2 * b.col(j).tail(below);
            weights.row(place) *= 0.5;
        }
        MatrixXd found(columns_.cols(), 2);
        for (Index form = 0; form < 2; ++form)
            found.col(form) = columns_.transpose() * weights.col(form);
        return found;
    }

  private:
    Index size_;
    MatrixXd columns_;
};

}  // namespace

VectorXd huber_weights(const VectorXd& residuals, double huber, double floor) {
    const auto count = static_cast<std::size_t>(residuals.size());
    const std::vector<double> weights =
        huber_weights(std::span(residuals.data(), count), huber, floor);
    return Eigen::Map<const VectorXd>(weights.data(), residuals.size());
}

VarianceComponents variance_components(const std::vector<MatrixXd>& kernels, const VectorXd& y,
                                       const VectorXd& factors, const VarianceOptions& options,
                                       Monitor& monitor) {
    const auto layers = static_cast<Index>(kernels.size());
    const Triangles triangles(kernels);
    VarianceComponents found{VectorXd::Constant(layers, start_variance), 1e-3,
                             VectorXd::Ones(y.size())};
    found.variances[0] = constant_variance;
    for (int iteration = 0; iteration < options.iterations; ++iteration) {
        const VectorXd noise = found.noise * factors.cwiseQuotient(found.weights);
        MatrixXd covariance = triangles.sum(found.variances);
        covariance.diagonal() += noise;
        const MatrixXd inverse = positive_factor(covariance, monitor).inverse(monitor);
        const VectorXd a = product(inverse, y);
        const MatrixXd forms = triangles.forms(a, inverse);
        for (Index i = 1; i < layers; ++i) {
            const double explained = std::max(forms(i, 0), 0.0);
            const double expected = forms(i, 1);
            if (!(expected > 0))
                continue;  // no row has anything of this layer: its variance stays
            found.variances[i] =
                std::max(found.variances[i] * std::sqrt(explained / expected), least_variance);
        }
        const VectorXd diagonal = inverse.diagonal();
        found.noise *= std::sqrt(a.cwiseAbs2().dot(noise) / diagonal.dot(noise));
        found.noise = std::max(found.noise, least_variance);
        if (options.huber > 0 && iteration % 5 == 4) {
            // Leave-one-out residual a/C, with variance 1/C for the row's weight, C the diagonal.
            const VectorXd spread =
                diagonal.cwiseInverse() - noise + noise.cwiseProduct(found.weights);
            const VectorXd residuals = a.cwiseQuotient(diagonal).cwiseQuotient(
                spread.cwiseMax(least_variance).cwiseSqrt());
            found.weights = huber_weights(residuals, options.huber, 1e-9);
        }
    }
    return found;
}

}  // namespace latpred
