#include "profiling/pooled_counting.hpp"

#include "base/index.hpp"
#include "base/monitor.hpp"

namespace latpred {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd counted_base_covariance(const PooledDesign& design, const std::vector<int>& states,
                                 const VectorXd& coefficients) {
    const PooledFactors& factors = design.factors();
    const Index count = 1 + static_cast<Index>(states.size());
    std::vector<Index> number(static_cast<std::size_t>(factors.states()), -1);
    for (std::size_t k = 0; k < states.size(); ++k)
        number[as_index(states[k])] = static_cast<Index>(k) + 1;
    const VectorXd adds = design.by_state(coefficients);
    VectorXd means(count);
    VectorXd chances(count);
    for (Index k = 0; k < count; ++k) {
        const int state = k == 0 ? -1 : states[static_cast<std::size_t>(k - 1)];
        chances(k) = design.probability(state);
        means(k) = design.expectation(state).dot(coefficients);
    }
    const Architectures drawn = moment_draws(factors);
    MatrixXd covariance = MatrixXd::Zero(count, count);
    std::vector<Index> present;
    Pulse pulse(1024);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        pulse();
        present.assign(1, 0);
        double value = adds(0);
        for (std::size_t factor = 0; factor < factors.factors().size(); ++factor) {
            const int state = factors.state(drawn.row(i), factor);
            if (state < 0)
                continue;
            const int of_all = factors.offset(factor) + state;
            value += adds(1 + of_all);
            if (number[as_index(of_all)] >= 0)
                present.push_back(number[as_index(of_all)]);
        }
        for (const Index a : present) {
            for (const Index b : present)
                covariance(a, b) += (value - means(a)) * (value - means(b));
        }
    }
    const VectorXd scale = (chances * static_cast<double>(drawn.size())).cwiseInverse();
    return scale.asDiagonal() * covariance * scale.asDiagonal();
}

}  // namespace latpred
