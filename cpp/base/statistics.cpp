#include "base/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Ordering with a NaN among the values is undefined, so nothing sorts before asking this.
bool has_nan(std::span<const double> values) {
    return std::ranges::any_of(values, [](double value) { return std::isnan(value); });
}

std::vector<double> sizes_of(std::span<const double> values, double centre) {
    std::vector<double> sizes(values.size());
    std::ranges::transform(values, sizes.begin(),
                           [centre](double value) { return std::abs(value - centre); });
    return sizes;
}

}  // namespace

double median(std::span<const double> values) {
    return quantile(values, 0.5);
}

double quantile(std::span<const double> values, double q) {
    if (values.empty())
        throw DataError("quantile of an empty sample: at least one value expected");
    if (!(q >= 0.0 && q <= 1.0))
        throw ConfigError("quantile: q must lie in [0, 1]");
    if (has_nan(values))
        return nan;
    std::vector<double> sorted(values.begin(), values.end());
    const double position = q * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(position);
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(low),
                     sorted.end());
    const double below = sorted[low];
    const double weight = position - static_cast<double>(low);
    if (weight == 0.0)
        return below;
    const double above =
        *std::min_element(sorted.begin() + static_cast<std::ptrdiff_t>(low) + 1, sorted.end());
    return above == below ? below : below + weight * (above - below);
}

double median_absolute_deviation(std::span<const double> values) {
    return median(sizes_of(values, median(values)));
}

double robust_deviation(std::span<const double> values) {
    return normal_consistency * median_absolute_deviation(values);
}

double robust_scale(std::span<const double> residuals) {
    return normal_consistency * median(sizes_of(residuals, 0.0));
}

std::vector<double> huber_weights(std::span<const double> residuals, double corner, double least) {
    std::vector<double> weights(residuals.size(), 1.0);
    if (corner <= 0.0)
        return weights;
    const double bound = corner * std::max(robust_scale(residuals), least);
    std::ranges::transform(residuals, weights.begin(),
                           [bound](double residual) { return huber_weight(residual, bound); });
    return weights;
}

std::size_t sign_test_rank(std::size_t n, double alpha) {
    if (!(alpha > 0.0 && alpha < 1.0))
        throw ConfigError(message("interval: alpha is ", alpha, ", expected in (0, 1)"));
    const auto size = static_cast<double>(n);
    const double log_all = std::lgamma(size + 1.0) - size * std::numbers::ln2;
    double below = 0.0;
    std::size_t k = 0;
    while (k < n) {
        const auto i = static_cast<double>(k);
        below += std::exp(log_all - std::lgamma(i + 1.0) - std::lgamma(size - i + 1.0));
        if (2.0 * below > alpha)
            break;
        ++k;
    }
    return k;
}

std::vector<double> average_ranks(std::span<const double> values) {
    if (has_nan(values))
        return std::vector<double>(values.size(), nan);
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Pulse pulse(1 << 16);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        pulse();
        return values[a] < values[b];
    });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && values[order[end]] == values[order[begin]])
            ++end;
        const double rank = 0.5 * static_cast<double>(begin + 1 + end);
        for (std::size_t i = begin; i < end; ++i)
            ranks[order[i]] = rank;
        begin = end;
    }
    return ranks;
}

}  // namespace latpred
