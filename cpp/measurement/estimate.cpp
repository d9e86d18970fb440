#include "measurement/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "base/statistics.hpp"

namespace latpred {
namespace {

Estimate median_estimate(std::span<const double> values, const Effort& effort, TimeKind kind) {
    Estimate estimate;
    estimate.kind = kind;
    if (values.empty())
        return estimate;
    estimate.value = median(values);
    if (sign_test_rank(values.size(), effort.alpha) > 0) {
        const Interval interval = median_interval(values, effort.alpha);
        estimate.low = interval.low;
        estimate.high = interval.high;
    }
    return estimate;
}

}  // namespace

std::string_view to_string(Status status) {
    switch (status) {
    case Status::converged:
        return "converged";
    case Status::budget:
        return "budget";
    case Status::suspect:
        return "suspect";
    case Status::failed:
        break;
    }
    return "failed";
}

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

/// The reference's two legs are averaged in the logarithm, which cancels linear drift.
Visit make_visit(const Leg& before, const Leg& network, const Leg& after) {
    const auto log_ratio = [&](double Leg::* time) {
        return std::log(network.*time) - 0.5 * (std::log(before.*time) + std::log(after.*time));
    };
    return {.log_clean = log_ratio(&Leg::clean_ms),
            .log_fallback = log_ratio(&Leg::fallback_ms),
            .cpu_ms = network.cpu_ms,
            .samples = network.samples,
            .clean_samples = network.clean_samples};
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
    std::vector<double> clean;
    std::vector<double> fallback;
    for (const Visit& visit : visits) {
        fallback.push_back(visit.log_fallback);
        if (!std::isnan(visit.log_clean))
            clean.push_back(visit.log_clean);
    }
    return robust_estimate(clean, fallback, effort, scope);
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
