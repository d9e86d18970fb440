#include "searching/reach.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

double excess(const Problem& problem, std::span<const double> values) {
    double sum = 0;
    for (std::size_t c = 0; c < values.size(); ++c) {
        const double limit = problem.constraints[c].limit;
        if (values[c] > limit)
            sum += (values[c] - limit) / std::max(std::abs(limit), 1e-12);
    }
    return std::isnan(sum) ? std::numeric_limits<double>::infinity() : sum;  // a limit of -inf
}

Population nearest_rows(const Problem& problem, const Population& among, std::size_t wanted) {
    std::vector<double> excesses(wanted == 0 ? 0 : among.size());
    for (std::size_t i = 0; i < excesses.size(); ++i)
        excesses[i] = excess(problem, among.limits(i));
    std::vector<std::size_t> order(excesses.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return excesses[a] < excesses[b]; });
    order.resize(std::min(order.size(), wanted));
    Population nearest(problem);
    for (const std::size_t i : order)
        nearest.append(among.archs.row(i), among.limits(i));
    return nearest;
}

Reach::Reach(const Problem& problem)
    : problem_(problem), nearest_(problem),
      least_(problem.constraints.size(), std::numeric_limits<double>::infinity()),
      least_rows_(problem.constraints.size()) {}

void Reach::note(const Architectures& archs, std::span<const double> values) {
    const std::size_t width = least_.size();
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto row_values = values.subspan(i * width, width);
        for (std::size_t c = 0; c < width; ++c) {
            if (row_values[c] < least_[c] || least_rows_[c].empty()) {
                least_[c] = row_values[c];
                least_rows_[c].assign(archs.row(i).begin(), archs.row(i).end());
            }
        }
        const double here = excess(problem_, row_values);
        if (here < nearest_excess_ || nearest_.size() == 0) {
            nearest_ = Population(problem_);
            nearest_.append(archs.row(i), row_values);
            nearest_excess_ = here;
        }
    }
}

void Reach::refuse(bool exact) const {
    const std::string space = problem_.space->description();
    if (nearest_.size() == 0)
        throw ConfigError(message("search: ", space, " holds no architecture"));
    const char* found = exact ? "" : " found";
    const auto values = nearest_.limits(0);
    std::vector<std::string> alone;
    std::vector<std::string> nearest;
    InfeasibleError::Minima minima;
    double minimum = std::numeric_limits<double>::quiet_NaN();
    double first_over = minimum;
    for (std::size_t c = 0; c < least_.size(); ++c) {
        const auto& [name, objective, limit] = problem_.constraints[c];
        if (std::isinf(limit) && limit > 0)
            continue;
        minima.emplace_back(name, least_[c]);
        nearest.push_back(message(name, " ", values[c], " (limit ", limit, ")"));
        if (std::isnan(first_over) && values[c] > limit)
            first_over = values[c];
        if (least_[c] <= limit)
            continue;
        alone.push_back(message(exact ? "the least " : "the least found ", name, " is ", least_[c],
                                " (limit ", limit, ")"));
        minimum = std::isnan(minimum) ? least_[c] : minimum;
    }
    std::string text = message("search: no architecture of ", space, " keeps the limits; ");
    text += alone.empty() ? message("each can be kept alone, but not all together; the nearest",
                                    found, " has ", join(nearest))
                          : join(alone);
    throw InfeasibleError(text, alone.empty() ? first_over : minimum, std::move(minima));
}

}  // namespace latpred
