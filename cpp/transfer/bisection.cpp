#include "transfer/partition.hpp"

#include <limits>

#include "base/monitor.hpp"

namespace latpred {
namespace {

using Node = Eigen::Index;

/// What the cut loses where a node changes its side, others staying.
Eigen::VectorXd gains_of(const Eigen::MatrixXd& weights, const std::vector<bool>& side) {
    Eigen::VectorXd gains = Eigen::VectorXd::Zero(weights.rows());
    for (Node a = 0; a < weights.rows(); ++a) {
        for (Node b = 0; b < weights.rows(); ++b) {
            const bool cut = side[static_cast<std::size_t>(a)] != side[static_cast<std::size_t>(b)];
            if (a != b)
                gains(a) += cut ? weights(a, b) : -weights(a, b);
        }
    }
    return gains;
}

struct Swap {
    std::size_t a = 0, b = 0;
    double gain = -std::numeric_limits<double>::infinity();
};

Swap best_swap(const Eigen::MatrixXd& weights, const std::vector<bool>& side,
               const std::vector<bool>& moved) {
    const Eigen::VectorXd gains = gains_of(weights, side);
    Swap best;
    for (std::size_t a = 0; a < side.size(); ++a) {
        for (std::size_t b = 0; b < side.size(); ++b) {
            if (moved[a] || moved[b] || !side[a] || side[b])
                continue;
            const auto x = static_cast<Node>(a);
            const auto y = static_cast<Node>(b);
            const double gain = gains(x) + gains(y) - 2 * weights(x, y);
            if (gain > best.gain)
                best = {a, b, gain};
        }
    }
    return best;
}

void swap_sides(std::vector<bool>& side, const Swap& swap) {
    side[swap.a] = false;
    side[swap.b] = true;
}

/// One series of swaps, each node once; kept as far as it helps most. False where it does not.
bool improve(const Eigen::MatrixXd& weights, std::vector<bool>& side) {
    std::vector<bool> tried = side;
    std::vector<bool> moved(side.size(), false);
    std::vector<Swap> swaps;
    double gain = 0;
    double most = 1e-12 * (1 + weights.cwiseAbs().sum());  // below it is rounding
    std::size_t kept = 0;
    for (;;) {
        Monitor::current().poll();
        const Swap swap = best_swap(weights, tried, moved);
        if (swap.a == swap.b)
            break;
        swap_sides(tried, swap);
        moved[swap.a] = moved[swap.b] = true;
        swaps.push_back(swap);
        gain += swap.gain;
        if (gain > most) {
            most = gain;
            kept = swaps.size();
        }
    }
    for (std::size_t i = 0; i < kept; ++i)
        swap_sides(side, swaps[i]);
    return kept > 0;
}

}  // namespace

void bisect(const Eigen::MatrixXd& weights, std::vector<bool>& side) {
    while (improve(weights, side)) {
    }
}

double cut_weight(const Eigen::MatrixXd& weights, const std::vector<bool>& side) {
    double cut = 0;
    for (std::size_t a = 0; a < side.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            if (side[a] != side[b])
                cut += weights(static_cast<Node>(a), static_cast<Node>(b));
        }
    }
    return cut;
}

}  // namespace latpred
