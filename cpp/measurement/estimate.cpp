#include "measurement/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "base/statistics.hpp"

namespace latpred {
namespace {

/// Distance of the medians of the two halves, in the order of time, where their intervals do not
/// touch.
double half_gap(std::span<const double> values, double alpha) {
    const std::size_t half = values.size() / 2;
    if (half == 0)
        return 0.0;
    const auto first = values.first(half);
    const auto last = values.last(half);
    const Interval a = serial_median_interval(first, alpha);
    const Interval b = serial_median_interval(last, alpha);
    return a.high < b.low || b.high < a.low ? std::abs(median(first) - median(last)) : 0.0;
}

Estimate median_estimate(std::span<const double> values, const Effort& effort, TimeKind kind) {
    Estimate estimate;
    estimate.kind = kind;
    if (values.empty())
        return estimate;
    estimate.value = median(values);
    estimate.correlation = serial_correlation(values);
    estimate.gap = half_gap(values, effort.alpha);
    const Interval interval = serial_median_interval(values, effort.alpha);
    if (std::isfinite(interval.low)) {
        estimate.low = interval.low;
        estimate.high = interval.high;
    }
    return estimate;
}

/// The logarithms of visits: of the undisturbed ones, and the fallback values of all.
struct Strata {
    explicit Strata(std::span<const Visit> visits) {
        for (const Visit& visit : visits) {
            fallback.push_back(visit.log_fallback);
            if (!std::isnan(visit.log_clean))
                clean.push_back(visit.log_clean);
        }
    }
    std::vector<double> clean;
    std::vector<double> fallback;
};

}  // namespace

std::string_view to_string(TimeKind kind) {
    switch (kind) {
    case TimeKind::wall:
        return "wall";
    case TimeKind::cpu:
        return "cpu";
    case TimeKind::any_wall:
        break;
    }
    return "any-wall";
}

double Estimate::relative_half_width() const {
    return std::isnan(low) ? HUGE_VAL : std::expm1(0.5 * (high - low));
}

Estimate robust_estimate(std::span<const double> clean, std::span<const double> fallback,
                         const Effort& effort, Scope scope) {
    std::size_t enough = 1;
    while (effort.precision > 0.0 && sign_test_rank(enough, effort.alpha) == 0)
        ++enough;
    if (clean.size() >= enough && 4 * clean.size() >= fallback.size())
        return median_estimate(clean, effort, TimeKind::wall);
    return median_estimate(fallback, effort,
                           scope == Scope::thread ? TimeKind::cpu : TimeKind::any_wall);
}

Estimate estimate_ratio(std::span<const Visit> visits, const Effort& effort, Scope scope) {
    const Strata strata(visits);
    return robust_estimate(strata.clean, strata.fallback, effort, scope);
}

Estimate ranged_ratio(std::span<const Visit> visits, const Effort& effort, Scope scope) {
    const Strata strata(visits);
    Estimate estimate = robust_estimate(strata.clean, strata.fallback, effort, scope);
    const bool wall = estimate.kind == TimeKind::wall;
    const auto [low, high] = std::ranges::minmax(wall ? strata.clean : strata.fallback);
    estimate.low = low;
    estimate.high = high;
    return estimate;
}

bool strata_disagree(std::span<const Visit> visits, double alpha) {
    std::vector<double> clean;
    std::vector<double> disturbed;
    for (const Visit& visit : visits) {
        if (std::isnan(visit.log_clean))
            disturbed.push_back(visit.log_fallback);
        else
            clean.push_back(visit.log_clean);
    }
    if (clean.empty() || disturbed.empty())
        return false;
    const Interval a = median_interval(clean, alpha);
    const Interval b = median_interval(disturbed, alpha);
    const bool apart = a.high < b.low || b.high < a.low;
    return apart && std::abs(median(clean) - median(disturbed)) > std::log(1.03);
}

}  // namespace latpred
