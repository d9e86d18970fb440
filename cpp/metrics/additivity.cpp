#include "metrics/additivity.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t least = 8;

void check(std::span<const double> sums, std::span<const double> measured) {
    if (sums.size() != measured.size() || sums.size() < least) {
        throw DataError(message("additivity: ", sums.size(), " sums and ", measured.size(),
                                " measured networks, the same number of at least ", least,
                                " expected"));
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const double product = sums[i] * measured[i];
        if (!(sums[i] > 0) || !(measured[i] > 0) || !std::isfinite(product)) {
            throw DataError(message("additivity: network ", i, " has sum ", sums[i],
                                    " and latency ", measured[i], ", positive values expected"));
        }
    }
}

Bounded median_of(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t rank = sign_test_rank(values.size(), 0.05);
    return {median(values), values[rank - 1], values[values.size() - rank]};
}

double variance_without(std::span<const double> values, double sum, double squares, double left) {
    const double n = static_cast<double>(values.size()) - 1;
    const double rest = sum - left;
    return std::max((squares - left * left - rest * rest / n) / (n - 1), 1e-300);
}

/// Standard deviation in percent. `lost`: degrees of freedom that were spent on the values.
Bounded spread_of(std::vector<double> values, double lost) {
    const auto n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values)
        mean += value / n;
    double squares = 0;
    for (double& value : values) {
        value -= mean;
        squares += value * value;
    }
    const double all = std::log(std::max(squares / (n - 1), 1e-300));
    double center = 0;
    std::vector<double> without;
    for (const double value : values) {
        without.push_back(std::log(variance_without(values, 0, squares, value)));
        center += without.back() / n;
    }
    double sum = 0;
    for (const double value : without)
        sum += (value - center) * (value - center);
    const double error = std::sqrt(sum * (n - 1) / n);
    const double corrected = all - (n - 1) * (center - all);
    const double half = student_quantile(n - 1) * error;
    const double scale = 100 * std::sqrt((n - 1) / (n - lost));
    const double value = scale * std::exp(all / 2);
    return {value, std::min(value, scale * std::exp((corrected - half) / 2)),
            std::max(value, scale * std::exp((corrected + half) / 2))};
}

/// measured = constant + slope x sum by least squares of relative errors.
void fit_line(std::span<const double> sums, std::span<const double> measured, Additivity& result) {
    double a = 0;  // of the normal equations [a b; b c]
    double b = 0;
    double c = 0;
    double p = 0;
    double q = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const double u = 1 / sums[i];
        const double y = measured[i] * u;
        a += u * u;
        b += u;
        c += 1;
        p += u * y;
        q += y;
    }
    const double determinant = a * c - b * b;
    if (!(determinant > 1e-9 * a * c))
        throw DataError("additivity: the sums hardly differ, so no line fits; other networks "
                        "expected");
    result.constant.value = (c * p - b * q) / determinant;
    result.slope.value = (a * q - b * p) / determinant;
    double constant_variance = 0;
    double slope_variance = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const double u = 1 / sums[i];
        const double on_constant = (c * u - b) / determinant;
        const double on_slope = (a - b * u) / determinant;
        const double leverage = u * on_constant + on_slope;
        const double residual =
            (measured[i] * u - result.constant.value * u - result.slope.value) / (1 - leverage);
        constant_variance += on_constant * on_constant * residual * residual;
        slope_variance += on_slope * on_slope * residual * residual;
    }
    const double t = student_quantile(static_cast<double>(sums.size()) - 2);
    for (auto [bounded, variance] : {std::pair(&result.constant, constant_variance),
                                     std::pair(&result.slope, slope_variance)}) {
        bounded->low = bounded->value - t * std::sqrt(variance);
        bounded->high = bounded->value + t * std::sqrt(variance);
    }
}

}  // namespace

double student_quantile(double degrees) {
    // The expansion is 8 % off at 1 degree.
    constexpr double few[] = {12.706204736, 4.302652730, 3.182446305, 2.776445105};
    for (std::size_t i = 0; i < std::size(few); ++i) {
        if (degrees == static_cast<double>(i + 1))
            return few[i];
    }
    const double z = 1.959963984540054;
    const double z2 = z * z;
    const double v = degrees;
    return z + z * (z2 + 1) / (4 * v) + z * ((5 * z2 + 16) * z2 + 3) / (96 * v * v) +
           z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / (384 * v * v * v) +
           z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / (92160 * v * v * v * v);
}

Additivity additivity(std::span<const double> sums, std::span<const double> measured) {
    check(sums, measured);
    Additivity result;
    std::vector<double> ratios;
    std::vector<double> logs;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        ratios.push_back(measured[i] / sums[i]);
        logs.push_back(std::log(ratios.back()));
    }
    result.ratio = median_of(ratios);
    result.spread = spread_of(logs, 1);
    fit_line(sums, measured, result);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const double corrected = result.constant.value + result.slope.value * sums[i];
        logs[i] = std::log(measured[i] / std::max(corrected, 1e-3 * measured[i]));
    }
    result.remaining = spread_of(logs, 2);
    return result;
}

}  // namespace latpred
