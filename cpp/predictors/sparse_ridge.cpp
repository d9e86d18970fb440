#include "predictors/sparse_ridge.hpp"

#include <cmath>
#include <limits>

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr int most_judged_steps =
    300;  ///< robust fits and polishing go on where the last one ended
constexpr double settled_gradient = 1e-10;  ///< of the gradient's first length
constexpr double judged_settled = 1e-6;
constexpr double worse = 1.1;  ///< than the least error: smaller strengths will not do better
constexpr Index fold = 5;

}  // namespace

SparseRidge::SparseRidge(const FeatureMatrix& x, const PriorMap& factor, const VectorXd& precision,
                         Monitor& monitor)
    : x_(x), factor_(factor), backward_(factor.transpose()), columns_(x),
      roots_(precision.cwiseSqrt()), monitor_(monitor) {
    const FeatureMatrix z = x * factor;
    lengths_ = VectorXd::Zero(factor.cols());
    for (Index row = 0; row < z.rows(); ++row) {
        for (FeatureMatrix::InnerIterator entry(z, row); entry; ++entry)
            lengths_[entry.col()] += precision[row] * entry.value() * entry.value();
    }
}

VectorXd SparseRidge::coordinates(double lambda, const VectorXd& y, const VectorXd& roots,
                                  const VectorXd& start, double tolerance) const {
    const VectorXd scale = (lengths_.array() + lambda).rsqrt();
    const auto forward = [&](const VectorXd& z) -> VectorXd {
        return roots.cwiseProduct(x_ * VectorXd(factor_ * scale.cwiseProduct(z)));
    };
    const auto back = [&](const VectorXd& rows) -> VectorXd {
        return scale.cwiseProduct(backward_ *
                                  VectorXd(columns_.transpose() * roots.cwiseProduct(rows)));
    };
    const VectorXd damping = lambda * scale.cwiseAbs2();
    VectorXd z = start.size() > 0 ? VectorXd(start.cwiseQuotient(scale))
                                  : VectorXd(VectorXd::Zero(factor_.cols()));
    VectorXd left = roots.cwiseProduct(y) - forward(z);
    VectorXd gradient = back(left) - damping.cwiseProduct(z);
    const double enough = std::pow(tolerance, 2) * back(roots.cwiseProduct(y)).squaredNorm();
    VectorXd direction = gradient;
    double length = gradient.squaredNorm();
    for (int step = 0; step < most_judged_steps && length > enough; ++step) {
        monitor_.poll();
        const VectorXd along = forward(direction);
        const double rate =
            length / (along.squaredNorm() + direction.dot(damping.cwiseProduct(direction)));
        z += rate * direction;
        left -= rate * along;
        gradient = back(left) - damping.cwiseProduct(z);
        const double next = gradient.squaredNorm();
        direction = gradient + next / length * direction;
        length = next;
    }
    return scale.cwiseProduct(z);
}

VectorXd SparseRidge::solve(double lambda, const VectorXd& y) const {
    // Values follow each other closely in a robust fit.
    const bool near =
        last_.size() > 0 && roots_.cwiseProduct(y - x_ * VectorXd(factor_ * last_)).squaredNorm() <
                                0.25 * roots_.cwiseProduct(y).squaredNorm();
    last_ = coordinates(lambda, y, roots_, near ? last_ : VectorXd(), settled_gradient);
    return factor_ * last_;
}

double SparseRidge::choose(const VectorXd& y) const {
    VectorXd train = roots_;
    VectorXd judged = roots_;
    for (Index row = 0; row < y.size(); ++row)
        (row % fold == 0 ? train : judged)[row] = 0;
    double best = 0;
    double least = std::numeric_limits<double>::infinity();
    VectorXd start;
    for (int step = 2; step >= -20; --step) {
        const double lambda = std::pow(10.0, step / 2.0);
        start = coordinates(lambda, y, train, start, judged_settled);
        const double error = judged.cwiseProduct(y - x_ * VectorXd(factor_ * start)).squaredNorm();
        if (error < least) {
            least = error;
            best = lambda;
        } else if (error > worse * least) {
            break;
        }
    }
    return best;
}

}  // namespace latpred
