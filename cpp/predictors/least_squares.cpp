#include "predictors/least_squares.hpp"

namespace latpred {
namespace {

using Eigen::VectorXd;

constexpr int most_steps = 400;
constexpr double settled = 1e-28;  ///< of the gradient's first squared length

}  // namespace

VectorXd least_squares_change(const FeatureMatrix& x, const VectorXd& residuals, Monitor& monitor) {
    VectorXd change = VectorXd::Zero(x.cols());
    VectorXd left = residuals;
    VectorXd gradient = x.transpose() * left;
    VectorXd direction = gradient;
    double length = gradient.squaredNorm();
    const double enough = settled * length;
    for (int step = 0; step < most_steps && length > enough; ++step) {
        monitor.poll();
        const VectorXd along = x * direction;
        const double rate = length / along.squaredNorm();
        change += rate * direction;
        left -= rate * along;
        gradient = x.transpose() * left;
        const double next = gradient.squaredNorm();
        direction = gradient + next / length * direction;
        length = next;
    }
    return change;
}

}  // namespace latpred
