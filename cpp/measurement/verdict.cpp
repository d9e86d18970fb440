#include "measurement/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace latpred {
namespace {

double timed_ms(std::span<const Visit> visits) {
    double sum = 0.0;
    for (const Visit& visit : visits)
        sum += visit.timed_ms;
    return sum;
}

Verdict give_up(const Estimate& estimate, std::size_t visits, const Effort& effort) {
    if (std::expm1(estimate.gap) > effort.precision) {
        return {true, Status::drift,
                message("the first and the second half of ", visits, " visits differ by ",
                        100.0 * std::expm1(estimate.gap), " %")};
    }
    if (std::isinf(estimate.relative_half_width())) {
        return {true, Status::budget,
                message("too few visits for an interval: ", visits,
                        " since the references changed, ", 100.0 * effort.precision, " % asked")};
    }
    return {true, Status::budget,
            message("within ", 100.0 * estimate.relative_half_width(), " % after ", visits,
                    " visits, ", 100.0 * effort.precision, " % asked")};
}

}  // namespace

std::string_view to_string(Status status) {
    switch (status) {
    case Status::labelled:
        return "labelled";
    case Status::converged:
        return "converged";
    case Status::budget:
        return "budget";
    case Status::drift:
        return "drift";
    case Status::suspect:
        return "suspect";
    case Status::failed:
        break;
    }
    return "failed";
}

Verdict judge(std::span<const Visit> visits, int made, const Effort& effort, Scope scope) {
    const auto counted = static_cast<int>(visits.size());
    if (effort.precision <= 0.0) {
        const bool over = made >= 3 * effort.most_visits;
        if (over && counted == 0)
            return {true, Status::drift, "the references changed in every sweep"};
        return {.done = over || counted >= effort.most_visits, .status = Status::labelled};
    }
    const bool last = counted >= effort.most_visits || 2 * made >= 3 * effort.most_visits;
    if (!last && !is_look(counted))
        return {};
    const Estimate estimate = estimate_ratio(visits, effort, scope);
    if (estimate.relative_half_width() <= effort.precision &&
        std::expm1(estimate.gap) <= effort.precision &&
        (last || timed_ms(visits) >= effort.least_ms)) {
        return {.done = true};
    }
    return last ? give_up(estimate, visits.size(), effort) : Verdict{};
}

Verdict cross_checked(Verdict verdict, std::span<const Visit> visits, const Effort& effort) {
    if (strata_disagree(visits, effort.alpha)) {
        verdict.status = Status::suspect;
        verdict.reason = "undisturbed and disturbed visits differ by more than 3 %";
    }
    const auto disturbed = [](const Visit& visit) { return std::isnan(visit.log_clean); };
    if (verdict.status == Status::labelled && std::ranges::all_of(visits, disturbed)) {
        verdict.status = Status::suspect;
        verdict.reason = "none of its visits was undisturbed";
    }
    return verdict;
}

}  // namespace latpred
