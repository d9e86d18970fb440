#include "profiling/summaries.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"

namespace latpred {
namespace {

/// Hyndman and Fan's type 7 of ascending values.
double sorted_quantile(const std::vector<double>& sorted, double q) {
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace

Summary summarise(std::span<const double> values) {
    if (values.empty())
        throw DataError("summary: at least one value expected, got none");
    const auto count = static_cast<double>(values.size());
    Summary found{.count = values.size()};
    for (const double value : values)
        found.mean += value / count;
    double squares = 0;
    for (const double value : values)
        squares += (value - found.mean) * (value - found.mean);
    found.deviation = std::sqrt(squares / count);
    found.standard_error = values.size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                                             : std::sqrt(squares / (count - 1) / count);
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    found.q01 = sorted_quantile(sorted, 0.01);
    found.q05 = sorted_quantile(sorted, 0.05);
    found.q95 = sorted_quantile(sorted, 0.95);
    found.q99 = sorted_quantile(sorted, 0.99);
    found.minimum = sorted.front();
    found.maximum = sorted.back();
    const auto number = [&](auto place) {
        return static_cast<std::size_t>(place - values.begin());
    };
    found.lowest = number(std::ranges::min_element(values));
    found.highest = number(std::ranges::max_element(values));
    return found;
}

}  // namespace latpred
