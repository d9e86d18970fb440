#include "measurement/interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

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

Interval median_interval(std::span<const double> values, double alpha) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::size_t k = sign_test_rank(values.size(), alpha);
    if (k == 0)
        return {-infinity, infinity};
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    return {sorted[k - 1], sorted[sorted.size() - k]};
}

}  // namespace latpred
