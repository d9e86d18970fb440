#include "predictors/label_noise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double most_deviations = 4.0;
constexpr double nan_level = std::numeric_limits<double>::quiet_NaN();

double log_of(double value, const char* what) {
    if (!(std::isfinite(value) && value > 0))
        throw DataError(message(what, ": ", value, ", a positive finite number expected"));
    return std::log(value);
}

/// C x R: ln of the reference's median level over that of the campaign; NaN where it has none.
std::vector<double> log_factors(const ReferenceLevels& levels) {
    if (levels.references == 0 || levels.values.size() % levels.references != 0)
        throw DataError(message("levels: ", levels.values.size(), " values of ", levels.references,
                                " references, a row for each campaign expected"));
    std::vector<double> logs(levels.values.size(), nan_level);
    for (std::size_t r = 0; r < levels.references; ++r) {
        std::vector<double> known;
        for (std::size_t i = r; i < logs.size(); i += levels.references) {
            if (std::isnan(levels.values[i]))
                continue;
            logs[i] = log_of(levels.values[i], "level of a reference");
            known.push_back(logs[i]);
        }
        const double middle = known.empty() ? 0 : median(known);
        for (std::size_t i = r; i < logs.size(); i += levels.references)
            logs[i] = middle - logs[i];
    }
    return logs;
}

}  // namespace

double pair_noise(std::span<const double> first, std::span<const double> second) {
    if (first.empty() || first.size() != second.size())
        throw DataError(message("label noise: ", first.size(), " first and ", second.size(),
                                " second labels, pairs expected"));
    std::vector<double> sizes(first.size());
    for (std::size_t i = 0; i < first.size(); ++i)
        sizes[i] = std::abs(log_of(second[i], "label") - log_of(first[i], "label"));
    // 0.6745: the median of the absolute value of a standard normal variable.
    const double robust = median(sizes) / 0.6745;
    double total = 0;
    for (const double size : sizes) {
        const double kept = robust > 0 ? std::min(size, most_deviations * robust) : size;
        total += kept * kept;
    }
    return std::sqrt(total / static_cast<double>(sizes.size()) / 2);
}

std::vector<double> level_factors(const ReferenceLevels& levels) {
    std::vector<double> factors = log_factors(levels);
    for (double& value : factors)
        value = std::isnan(value) ? 1.0 : std::exp(value);
    return factors;
}

std::vector<double> level_shifts(const ReferenceLevels& levels) {
    const std::vector<double> logs = log_factors(levels);
    std::vector<double> shifts(logs.size() / levels.references, nan_level);
    for (std::size_t c = 0; c < shifts.size(); ++c) {
        double total = 0;
        std::size_t known = 0;
        for (const double value :
             std::span(logs).subspan(c * levels.references, levels.references)) {
            if (std::isnan(value))
                continue;
            total -= value;
            ++known;
        }
        if (known > 0)
            shifts[c] = 100 * std::expm1(total / static_cast<double>(known));
    }
    return shifts;
}

}  // namespace latpred
