#include "predictors/head_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "base/dense.hpp"
#include "base/dense_solvers.hpp"
#include "base/statistics.hpp"
#include "predictors/variance_components.hpp"

namespace latpred {
namespace {

constexpr int rounds = 60;
constexpr int choosing_rounds = 3;  ///< then the ridge stays, so that the iteration settles
constexpr double dearness = 1.4;
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double exact_head =
    1e-9;                       ///< residuals below this, relative, are head_rounding, not outliers
constexpr double alike = 1e-7;  ///< a base column that varies less is no column of its own
constexpr double head_rounding = 1e-18;  ///< squared length that projecting leaves of nothing

/// Weighted rows, the base columns projected out.
struct Projected {
    Projected(const Eigen::MatrixXd& base, const Eigen::MatrixXd& extra, const Eigen::VectorXd& y,
              const Eigen::VectorXd& precision)
        : roots(precision.cwiseSqrt()), space(roots.asDiagonal() * base, alike) {
        rest = without_base(roots.cwiseProduct(y));
        const Eigen::MatrixXd whole = roots.asDiagonal() * extra;
        columns = without_base(whole);
        if (columns.squaredNorm() <= head_rounding * whole.squaredNorm())
            columns.resize(columns.rows(), 0);
        const bool by_columns = columns.cols() <= columns.rows();
        if (columns.cols() == 0)
            return;
        const SymmetricEigen found =
            symmetric_eigen(by_columns ? gram(columns.transpose()) : gram(columns));
        values = found.values.cwiseMax(0);
        // Directions in the space of rows; those without length do not count.
        const Eigen::VectorXd lengths = values.cwiseSqrt();
        inverse = (values.array() > 1e-10 * values.maxCoeff()).select(lengths.cwiseInverse(), 0.0);
        directions = found.vectors;
        if (by_columns)
            directions = product(columns, found.vectors) * inverse.asDiagonal();
        seen = product(directions.transpose(), rest);
        seen = (inverse.array() > 0).select(seen, 0.0);
    }

    [[nodiscard]] Eigen::MatrixXd without_base(const Eigen::MatrixXd& m) const {
        return m - product(space.basis(), product(space.basis().transpose(), m));
    }

    /// Generalised cross-validation score.
    [[nodiscard]] double score(double ridge) const {
        double squares = rest.squaredNorm();
        auto degrees = static_cast<double>(space.rank());
        for (Eigen::Index i = 0; std::isfinite(ridge) && i < values.size(); ++i) {
            const double kept = ridge / (values[i] + ridge);
            squares -= seen[i] * seen[i] * (1 - kept * kept);
            degrees += inverse[i] > 0 ? 1 - kept : 0;
        }
        const double left = static_cast<double>(rest.size()) - dearness * degrees;
        return left > 0 ? std::max(squares, 0.0) / (left * left) : infinite;
    }

    [[nodiscard]] double best_ridge() const {
        double best = infinite;
        double least = score(infinite);
        for (int step = -24; values.size() > 0 && step <= 12; ++step) {
            const double ridge = values.maxCoeff() * std::pow(10.0, step / 4.0);
            if (ridge > 0 && score(ridge) < least * (1 - 1e-9)) {
                least = score(ridge);
                best = ridge;
            }
        }
        return best;
    }

    [[nodiscard]] Eigen::VectorXd extra(double ridge, Eigen::Index size) const {
        if (!std::isfinite(ridge) || values.size() == 0)
            return Eigen::VectorXd::Zero(size);
        // columnsᵀ u / (value + ridge), summed over the directions u.
        const Eigen::VectorXd shares = seen.array() / (values.array() + ridge);
        return product(columns.transpose(), product(directions, shares));
    }

    [[nodiscard]] Eigen::VectorXd base_of(const Eigen::VectorXd& left) const {
        return space.least_squares(roots.cwiseProduct(left));
    }

    Eigen::VectorXd roots;
    ColumnSpace space;
    Eigen::VectorXd rest;
    Eigen::MatrixXd columns;
    Eigen::VectorXd values, inverse, seen;
    Eigen::MatrixXd directions;
};

}  // namespace

HeadFit fit_head(const Eigen::MatrixXd& base, const Eigen::MatrixXd& extra,
                 const Eigen::VectorXd& y, const HeadOptions& options, Monitor& monitor) {
    const Eigen::VectorXd noise = y.cwiseInverse();
    HeadFit fit;
    fit.weights = Eigen::VectorXd::Ones(y.size());
    fit.ridge = options.ridge;
    const double rounding_size = exact_head * std::sqrt(y.mean());
    for (int round = 0; round < rounds; ++round) {
        monitor.poll();
        const Projected projected(base, extra, y, noise.cwiseProduct(fit.weights));
        if (options.ridge < 0 && round < choosing_rounds)
            fit.ridge = projected.best_ridge();
        fit.extra = projected.extra(fit.ridge, extra.cols());
        const Eigen::VectorXd shrunk = product(extra, fit.extra);
        fit.base = projected.base_of(y - shrunk);
        const Eigen::VectorXd residuals =
            (y - product(base, fit.base) - shrunk).cwiseProduct(noise.cwiseSqrt());
        fit.scale =
            robust_scale(std::span(residuals.data(), static_cast<std::size_t>(residuals.size())));
        if (options.huber <= 0)
            break;
        const Eigen::VectorXd next = huber_weights(residuals, options.huber, rounding_size);
        const double change = (next - fit.weights).cwiseAbs().maxCoeff();
        if (change < 1e-6 && round >= choosing_rounds)
            break;
        fit.weights = next;
    }
    return fit;
}

}  // namespace latpred
