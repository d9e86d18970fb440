#include "measurement/interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/statistics.hpp"

namespace latpred {

namespace {

/// The k-th smallest and the k-th largest value; infinite for k = 0.
Interval order_statistics(std::span<const double> values, std::size_t k) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (k == 0)
        return {-infinity, infinity};
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    return {sorted[k - 1], sorted[sorted.size() - k]};
}

}  // namespace

Interval median_interval(std::span<const double> values, double alpha) {
    return order_statistics(values, sign_test_rank(values.size(), alpha));
}

double serial_correlation(std::span<const double> values) {
    if (values.size() < 2)
        return 0.0;
    const double centre = median(values);
    const double reach = 3.0 * median_absolute_deviation(values);
    double products = 0.0;
    double squares = 0.0;
    double before = 0.0;
    for (const double value : values) {
        const double distance = std::clamp(value - centre, -reach, reach);
        products += distance * before;
        squares += distance * distance;
        before = distance;
    }
    return squares > 0.0 ? std::max(0.0, products / squares) : 0.0;
}

std::size_t effective_size(std::size_t n, double rho) {
    return static_cast<std::size_t>(static_cast<double>(n) * (1.0 - rho) / (1.0 + rho));
}

Interval serial_median_interval(std::span<const double> values, double alpha) {
    const std::size_t n = values.size();
    const std::size_t effective = effective_size(n, serial_correlation(values));
    const std::size_t k = sign_test_rank(effective, alpha);
    if (k == 0)
        return order_statistics(values, 0);
    const double half = 0.5 * static_cast<double>(effective);
    const double scale = static_cast<double>(n) / static_cast<double>(effective);
    const double rank = 0.5 * static_cast<double>(n) - (half - static_cast<double>(k)) * scale;
    const double most = std::floor(0.5 * static_cast<double>(n));
    return order_statistics(values,
                            static_cast<std::size_t>(std::clamp(std::floor(rank), 1.0, most)));
}

}  // namespace latpred
