#include "profiling/several_tests.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/dense.hpp"
#include "base/index.hpp"
#include "base/rng.hpp"
#include "base/statistics.hpp"

namespace latpred {
namespace {

constexpr int family_batch = 1000;
constexpr int most_batches = 20;
constexpr int least_batches = 5;
constexpr double family_operations = 1e10;  ///< that the draws may take

/// Numbers of the p values that are numbers, ascending.
std::vector<std::size_t> ascending(std::span<const double> p_values) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < p_values.size(); ++i) {
        if (!std::isnan(p_values[i]))
            order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
    return order;
}

/// Correlations of the estimates that vary.
Eigen::MatrixXd correlations_of(const Eigen::MatrixXd& covariance) {
    std::vector<Eigen::Index> varying;
    for (Eigen::Index i = 0; i < covariance.rows(); ++i) {
        if (covariance(i, i) > 0)
            varying.push_back(i);
    }
    Eigen::MatrixXd found = covariance(varying, varying);
    const Eigen::VectorXd scale = found.diagonal().cwiseSqrt().cwiseInverse();
    return scale.asDiagonal() * found * scale.asDiagonal();
}

}  // namespace

std::vector<double> holm(std::span<const double> p_values) {
    std::vector<double> adjusted(p_values.begin(), p_values.end());
    double largest = 0;
    const std::vector<std::size_t> order = ascending(p_values);
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const auto left = static_cast<double>(order.size() - rank);
        largest = std::max(largest, std::min(1.0, left * p_values[order[rank]]));
        adjusted[order[rank]] = largest;
    }
    return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
    std::vector<double> adjusted(p_values.begin(), p_values.end());
    double least = 1;
    const std::vector<std::size_t> order = ascending(p_values);
    const auto count = static_cast<double>(order.size());
    for (std::size_t rank = order.size(); rank-- > 0;) {
        const double share = count / static_cast<double>(rank + 1);
        least = std::min(least, share * p_values[order[rank]]);
        adjusted[order[rank]] = least;
    }
    return adjusted;
}

double simultaneous_level(const Eigen::MatrixXd& covariance, double confidence,
                          std::uint64_t seed) {
    const double alone = 1 - confidence;
    const Eigen::MatrixXd correlation = correlations_of(covariance);
    if (correlation.rows() < 2)
        return alone;
    const Cholesky factor = positive_factor(correlation);
    const auto size = static_cast<double>(correlation.rows());
    const double batches = family_operations / (family_batch * size * size);
    const int count =
        batches >= most_batches ? most_batches : std::max(least_batches, static_cast<int>(batches));
    std::vector<double> largest;
    for (int start = 0; start < count * family_batch; start += family_batch) {
        Eigen::MatrixXd normal(correlation.rows(), family_batch);
        for (int draw = 0; draw < family_batch; ++draw) {
            Rng rng(seed, "simultaneous intervals", as_index(start + draw));
            for (double& value : normal.col(draw))
                value = rng.normal();
        }
        const Eigen::MatrixXd errors = product(factor.lower(), normal);
        for (int draw = 0; draw < family_batch; ++draw)
            largest.push_back(errors.col(draw).cwiseAbs().maxCoeff());
    }
    const double level = std::erfc(quantile(largest, confidence) / std::numbers::sqrt2);
    return std::clamp(level, alone / size, alone);
}

}  // namespace latpred
