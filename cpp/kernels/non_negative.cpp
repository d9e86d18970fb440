#include "kernels/non_negative.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/dense.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// The solution with the other coefficients at 0.
VectorXd passive_solution(const Eigen::MatrixXd& g, const VectorXd& b,
                          const std::vector<Index>& passive, Monitor& monitor) {
    VectorXd x = VectorXd::Zero(b.size());
    if (!passive.empty())
        x(passive) = positive_factor(g(passive, passive), monitor).solve(VectorXd(b(passive)));
    return x;
}

/// Moves x towards a target until the first coefficient is 0, and leaves those out that are.
void step_back(VectorXd& x, const VectorXd& target, std::vector<Index>& passive) {
    double step = 1;
    Index first = -1;
    for (const Index i : passive) {
        if (target[i] > 0)
            continue;
        const double reach = x[i] / std::max(x[i] - target[i], std::numeric_limits<double>::min());
        if (first < 0 || reach < step) {
            step = std::min(reach, 1.0);
            first = i;
        }
    }
    x += step * (target - x);
    if (first >= 0)
        x[first] = 0;
    std::erase_if(passive, [&](Index i) { return x[i] <= 0; });
}

}  // namespace

VectorXd non_negative_solution(const Eigen::MatrixXd& g, const VectorXd& b, Monitor& monitor) {
    VectorXd x = VectorXd::Zero(b.size());
    std::vector<Index> passive;
    const double tolerance = 1e-11 * std::max(b.cwiseAbs().maxCoeff(), 1e-300);
    for (Index round = 0; round < 3 * b.size(); ++round) {
        monitor.poll();
        VectorXd slope = b - g * x;
        for (const Index i : passive)
            slope[i] = -1;
        Index best = 0;
        if (slope.maxCoeff(&best) <= tolerance)
            break;
        passive.insert(std::ranges::upper_bound(passive, best), best);
        VectorXd target = passive_solution(g, b, passive, monitor);
        if (target[best] <= 0)  // to rounding it is at its best
            break;
        const auto negative = [&] {
            return std::ranges::any_of(passive, [&](Index i) { return target[i] <= 0; });
        };
        while (negative()) {
            step_back(x, target, passive);
            target = passive_solution(g, b, passive, monitor);
        }
        x = target;
    }
    return x;
}

}  // namespace latpred
