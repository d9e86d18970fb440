#include "metrics/coverage_test.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

double log_choices(double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

double log_beta(double a, double b) {
    return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

void check_counts(std::size_t inside, std::size_t total, double confidence) {
    if (total == 0 || inside > total) {
        throw DataError(message("coverage test: ", inside, " of ", total,
                                " values inside; a part of at least one value expected"));
    }
    if (!(confidence > 0 && confidence < 1))
        throw ConfigError(message("confidence ", confidence, ": between 0 and 1 expected"));
}

/// Sum of the probabilities of counts that are at most as likely as `inside`. `log_mass` gives the
/// logarithm of one of them.
template <class LogMass>
double two_sided(std::size_t inside, std::size_t total, const LogMass& log_mass) {
    constexpr double equal = 1e-7;  // equally likely but for rounding
    const double bound = log_mass(static_cast<double>(inside)) + equal;
    double sum = 0;
    Pulse pulse(65536);
    for (std::size_t k = 0; k <= total; ++k) {
        pulse();
        const double mass = log_mass(static_cast<double>(k));
        sum += mass <= bound ? std::exp(mass) : 0.0;
    }
    return std::min(sum, 1.0);
}

}  // namespace

std::size_t conformal_rank(std::size_t rows, double confidence) {
    const auto n = static_cast<double>(rows);
    // The product of 10 rows and .9 must not round up to the eleventh.
    const double rank = std::max(std::ceil((n + 1) * confidence - 1e-9), 1.0);
    return rank > n ? 0 : static_cast<std::size_t>(rank);
}

double coverage_p_value(std::size_t inside, std::size_t total, double confidence,
                        std::optional<std::size_t> calibration_rows) {
    check_counts(inside, total, confidence);
    const auto n = static_cast<double>(total);
    if (!calibration_rows) {
        return two_sided(inside, total, [&](double k) {
            return log_choices(n, k) + k * std::log(confidence) + (n - k) * std::log1p(-confidence);
        });
    }
    const std::size_t rank = conformal_rank(*calibration_rows, confidence);
    if (rank == 0) {
        throw DataError(message("coverage test: ", *calibration_rows,
                                " calibration rows are too few for a confidence of ", confidence));
    }
    const auto a = static_cast<double>(rank);
    const double b = static_cast<double>(*calibration_rows) + 1 - a;
    return two_sided(inside, total, [&](double k) {
        return log_choices(n, k) + log_beta(k + a, n - k + b) - log_beta(a, b);
    });
}

}  // namespace latpred
