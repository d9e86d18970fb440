#include "measurement/visit_sets.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"

namespace latpred {
namespace {

bool has_interval(const Estimate& estimate) {
    return !std::isnan(estimate.low);
}

/// How far the medians of two sets with intervals are apart, as a logarithm; 0 where that may be
/// noise, or one is of wall time and the other of CPU time.
double set_gap(const Estimate& a, const Estimate& b) {
    if (!has_interval(a) || !has_interval(b) || a.kind != b.kind)
        return 0.0;
    return a.high < b.low || b.high < a.low ? std::abs(a.value - b.value) : 0.0;
}

double largest_gap(std::span<const Estimate> estimates) {
    double largest = 0.0;
    for (std::size_t i = 0; i < estimates.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j)
            largest = std::max(largest, set_gap(estimates[i], estimates[j]));
    }
    return largest;
}

/// The last set, or the last of those with an interval where it has none.
std::size_t reported_set(std::span<const Estimate> estimates) {
    for (std::size_t i = estimates.size(); i-- > 0;) {
        if (has_interval(estimates[i]))
            return i;
    }
    return estimates.size() - 1;
}

}  // namespace

std::vector<Visit> VisitSets::of(int set) const {
    std::vector<Visit> found;
    for (const Member& member : all_) {
        if (member.set == set)
            found.push_back(member.visit);
    }
    return found;
}

std::vector<std::vector<Visit>> VisitSets::sets() const {
    std::vector<std::vector<Visit>> found;
    for (int set = 0; set <= set_; ++set) {
        std::vector<Visit> visits = of(set);
        if (!visits.empty())
            found.push_back(std::move(visits));
    }
    return found;
}

std::vector<Visit> VisitSets::all() const {
    std::vector<Visit> found;
    for (const Member& member : all_)
        found.push_back(member.visit);
    return found;
}

Outcome outcome_of(const VisitSets& visits, Verdict verdict, const Effort& effort, Scope scope) {
    if (visits.made() == 0)
        return {std::move(verdict), {}, {}};
    std::vector<std::vector<Visit>> sets = visits.sets();
    std::vector<Estimate> estimates;
    for (const auto& set : sets)
        estimates.push_back(estimate_ratio(set, effort, scope));
    const double gap = largest_gap(estimates);
    if (verdict.status == Status::drift) {
        // Whatever the sets say.
    } else if (sets.empty()) {
        verdict = {true, Status::drift, "the references changed in every sweep"};
    } else if (std::expm1(gap) > effort.precision) {
        verdict = {true, Status::drift,
                   message("the references changed, and its latency beside them by ",
                           100.0 * std::expm1(gap), " %")};
    }
    if (verdict.status == Status::drift) {
        std::vector<Visit> all = visits.all();
        const Estimate estimate = ranged_ratio(all, effort, scope);
        return {std::move(verdict), std::move(all), estimate};
    }
    const std::size_t chosen = reported_set(estimates);
    Verdict checked = cross_checked(std::move(verdict), sets[chosen], effort);
    return {std::move(checked), std::move(sets[chosen]), estimates[chosen]};
}

}  // namespace latpred
