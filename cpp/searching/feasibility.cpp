#include "searching/feasibility.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "spaces/counting.hpp"

namespace latpred {
namespace {

constexpr std::size_t chunk_rows = 4096;
constexpr std::size_t random_draws = 1000;
constexpr std::size_t descents = 5;
constexpr int most_steps = 300;

/// The row nearest to the limits, with how far it exceeds them, relative to their size.
struct Nearest {
    std::vector<GeneValue> row;
    std::vector<double> values;
    double excess = std::numeric_limits<double>::infinity();
};

/// Evaluates rows, keeps the nearest, and returns the excess of each.
std::vector<double> judge(Scorer& scorer, const Architectures& archs, Nearest& nearest) {
    const std::vector<double> values = scorer.constraint_values(archs);
    const std::size_t width = archs.size() == 0 ? 0 : values.size() / archs.size();
    std::vector<double> all(archs.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto row_values = std::span(values).subspan(i * width, width);
        all[i] = excess(scorer.problem(), row_values);
        if (all[i] < nearest.excess || nearest.row.empty()) {
            nearest.row.assign(archs.row(i).begin(), archs.row(i).end());
            nearest.values.assign(row_values.begin(), row_values.end());
            nearest.excess = all[i];
        }
    }
    return all;
}

Nearest nearest_of_all(Scorer& scorer, Monitor& monitor) {
    const Enumeration all(scorer.problem().space, small_space);
    Nearest nearest;
    for (std::size_t begin = 0; begin < all.size(); begin += chunk_rows) {
        monitor.poll();
        judge(scorer, all.slice(begin, std::min(begin + chunk_rows, all.size())), nearest);
    }
    return nearest;
}

/// All rows that differ from `row` in one free gene (and in what follows from it).
Architectures neighbours(const SpacePtr& space, std::span<const GeneValue> row) {
    Architectures all(space);
    std::vector<GeneValue> other(row.size());
    for (std::size_t column = 0; column < row.size(); ++column) {
        if (!space->active(row, column))
            continue;
        for (GeneValue choice : space->allowed(column)) {
            std::ranges::copy(row, other.begin());
            other[column] = choice;
            for (std::size_t k = 0; k < row.size(); ++k) {
                if (!space->active(row, k))
                    other[k] = space->allowed(k).front();
            }
            space->couple(other);
            space->canonicalise(other);
            if (!std::ranges::equal(other, row) && !space->banned(other))
                all.append(other);
        }
    }
    return all;
}

void descend(Scorer& scorer, std::vector<GeneValue> row, double here, Nearest& nearest,
             Monitor& monitor) {
    for (int step = 0; step < most_steps && here > 0; ++step) {
        monitor.poll();
        const Architectures next = neighbours(scorer.problem().space, row);
        if (next.size() == 0)
            return;
        const std::vector<double> around = judge(scorer, next, nearest);
        const auto least = std::min_element(around.begin(), around.end());
        if (!(*least < here))
            return;
        here = *least;
        const auto best = next.row(static_cast<std::size_t>(least - around.begin()));
        row.assign(best.begin(), best.end());
    }
}

Nearest nearest_by_descent(Scorer& scorer, std::uint64_t seed, Monitor& monitor) {
    const SpacePtr& space = scorer.problem().space;
    Architectures starts = sample(space, random_draws, seed);
    std::vector<GeneValue> first(space->gene_count());
    for (std::size_t column = 0; column < first.size(); ++column)
        first[column] = space->allowed(column).front();
    space->couple(first);
    space->canonicalise(first);
    if (!space->banned(first))
        starts.append(first);
    Nearest nearest;
    const std::vector<double> excesses = judge(scorer, starts, nearest);
    std::vector<std::size_t> order(starts.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return excesses[a] < excesses[b]; });
    for (std::size_t k = 0; k < std::min(descents, order.size()) && nearest.excess > 0; ++k) {
        const auto row = starts.row(order[k]);
        descend(scorer, {row.begin(), row.end()}, excesses[order[k]], nearest, monitor);
    }
    return nearest;
}

[[noreturn]] void throw_infeasible(const Problem& problem, const Nearest& nearest, bool exact) {
    std::string text = message("search: no architecture of ", problem.space->description(),
                               " keeps the limits; ", exact ? "the nearest" : "the nearest found");
    double minimum = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t c = 0; c < nearest.values.size(); ++c) {
        const Constraint& constraint = problem.constraints[c];
        text += message(c == 0 ? " has " : ", ", constraint.name, " ", nearest.values[c],
                        " (limit ", constraint.limit, ")");
        if (std::isnan(minimum) && nearest.values[c] > constraint.limit)
            minimum = nearest.values[c];
    }
    throw InfeasibleError(text, minimum);
}

}  // namespace

double excess(const Problem& problem, std::span<const double> values) {
    double sum = 0;
    for (std::size_t c = 0; c < values.size(); ++c) {
        const double limit = problem.constraints[c].limit;
        if (values[c] > limit)
            sum += (values[c] - limit) / std::max(std::abs(limit), 1e-12);
    }
    return sum;
}

bool is_small(const Space& space) {
    double total = 1;
    for (std::size_t column = 0; column < space.gene_count(); ++column)
        total *= static_cast<double>(space.allowed(column).size());
    if (total <= static_cast<double>(small_space))
        return true;
    total = 1;
    for (std::uint64_t part : part_sizes(space))
        total *= static_cast<double>(part);
    return total <= static_cast<double>(small_space);
}

Architectures feasible_start(Scorer& scorer, std::uint64_t seed, Monitor& monitor) {
    const bool exact = is_small(*scorer.problem().space);
    const Nearest nearest =
        exact ? nearest_of_all(scorer, monitor) : nearest_by_descent(scorer, seed, monitor);
    if (!(nearest.excess <= 0))
        throw_infeasible(scorer.problem(), nearest, exact);
    Architectures start(scorer.problem().space);
    start.append(nearest.row);
    return start;
}

}  // namespace latpred
