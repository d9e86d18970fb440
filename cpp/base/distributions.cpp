#include "base/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace latpred {
namespace {

constexpr double many_degrees = 1e7;  ///< from here on the normal distribution serves

/// The continued fraction of the incomplete beta function by Lentz's method (Press et al.,
/// "Numerical recipes", 3rd edition, section 6.4); converges fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
    constexpr double tiny = 1e-300;
    constexpr int most_steps = 10000;
    const auto away = [](double value) { return std::abs(value) < tiny ? tiny : value; };
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double fraction = d;
    for (int m = 1; m <= most_steps; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away(1 + even * d);
        c = away(1 + even / c);
        fraction *= c * d;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away(1 + odd * d);
        c = away(1 + odd / c);
        fraction *= c * d;
        if (std::abs(c * d - 1) < 4 * std::numeric_limits<double>::epsilon())
            break;
    }
    return fraction;
}

/// The regularised incomplete beta function; `rest` = 1 - x, which may be too small for that.
double incomplete_beta(double a, double b, double x, double rest) {
    if (x <= 0 || rest <= 0)
        return x <= 0 ? 0 : 1;
    const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                  a * std::log(x) + b * std::log(rest));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, rest) / b;
}

double student_density(double t, double degrees) {
    return std::exp(std::lgamma((degrees + 1) / 2) - std::lgamma(degrees / 2) -
                    (degrees + 1) / 2 * std::log1p(t * t / degrees)) /
           std::sqrt(degrees * std::numbers::pi);
}

}  // namespace

double normal_cdf(double z) {
    return std::erfc(-z / std::numbers::sqrt2) / 2;
}

double normal_quantile(double p) {
    if (p > 0.5)
        return -normal_quantile(1 - p);
    // Abramowitz and Stegun 26.2.23, then Newton's method on the logarithm of the tail.
    const double t = std::sqrt(-2 * std::log(p));
    double z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                         (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
    for (int step = 0; step < 4; ++step) {
        const double cdf = normal_cdf(z);
        const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
        z -= std::log(cdf / p) * cdf / density;
    }
    return z;
}

double student_tail(double t, double degrees) {
    if (std::isnan(t) || std::isnan(degrees))
        return std::numeric_limits<double>::quiet_NaN();
    if (std::isinf(t))
        return 0;
    if (degrees > many_degrees)
        return std::erfc(std::abs(t) / std::numbers::sqrt2);
    const double sum = degrees + t * t;
    return incomplete_beta(degrees / 2, 0.5, degrees / sum, t * t / sum);
}

double f_tail(double f, double above, double below) {
    if (!(f > 0) || !(below > 0))
        return 1;
    const double sum = below + above * f;
    return incomplete_beta(below / 2, above / 2, below / sum, above * f / sum);
}

double student_bound(double tail, double degrees) {
    if (tail >= 1)
        return 0;
    const double normal = -normal_quantile(tail / 2);
    if (degrees > many_degrees)
        return normal;
    double low = 0;
    double high = std::max(normal, 1.0);
    while (student_tail(high, degrees) > tail)
        high *= 2;
    double t = high;
    for (int step = 0; step < 200 && high - low > 1e-14 * high; ++step) {
        const double found = student_tail(t, degrees);
        (found > tail ? low : high) = t;
        // Newton's method on the logarithm, where it stays between the bounds.
        const double slope = -2 * student_density(t, degrees) / found;
        const double next = t - std::log(found / tail) / slope;
        const bool inside = next > low && next < high;
        if (inside && std::abs(next - t) <= 1e-15 * t)
            return next;
        t = inside ? next : (low + high) / 2;
    }
    return t;
}

}  // namespace latpred
