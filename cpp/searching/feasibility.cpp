#include "searching/feasibility.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
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

using Measure = std::function<double(std::span<const double>)>;

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

/// Looks for the row nearest to the limits and for the least value of each constraint.
class Seeker {
  public:
    Seeker(Scorer& scorer, Monitor& monitor)
        : scorer_(scorer), monitor_(monitor), space_(scorer.problem().space),
          least_(scorer.problem().constraints.size(), infinity) {}

    void look_everywhere() {
        const Enumeration all(space_, small_space);
        for (std::size_t begin = 0; begin < all.size(); begin += chunk_rows) {
            monitor_.poll();
            judge(all.slice(begin, std::min(begin + chunk_rows, all.size())));
        }
    }

    /// Descents from the best of random draws: towards the limits together, then, where that
    /// fails, down each constraint that no row kept so far.
    void look_downhill(std::uint64_t seed) {
        const Architectures starts = start_rows(seed);
        const std::vector<double> values = judge(starts);
        const auto together = [this](std::span<const double> row) {
            return excess(scorer_.problem(), row);
        };
        descend_from_best(starts, values, together, 0.0);
        for (std::size_t c = 0; c < least_.size() && !found(); ++c) {
            if (least_[c] <= scorer_.problem().constraints[c].limit)
                continue;
            const auto alone = [c](std::span<const double> row) { return row[c]; };
            descend_from_best(starts, values, alone, -infinity);
        }
    }

    [[nodiscard]] bool found() const { return nearest_excess_ <= 0; }
    [[nodiscard]] const std::vector<GeneValue>& row() const { return row_; }
    [[nodiscard]] const std::vector<double>& values() const { return values_; }
    [[nodiscard]] const std::vector<double>& least() const { return least_; }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

    [[nodiscard]] std::span<const double> row_of(const std::vector<double>& values,
                                                 std::size_t i) const {
        return std::span(values).subspan(i * least_.size(), least_.size());
    }

    /// Constraint values of rows, N x C.
    std::vector<double> judge(const Architectures& archs) {
        std::vector<double> values = scorer_.constraint_values(archs);
        for (std::size_t i = 0; i < archs.size(); ++i) {
            const auto row_values = row_of(values, i);
            for (std::size_t c = 0; c < least_.size(); ++c)
                least_[c] = std::min(least_[c], row_values[c]);
            const double here = excess(scorer_.problem(), row_values);
            if (here < nearest_excess_ || row_.empty()) {
                row_.assign(archs.row(i).begin(), archs.row(i).end());
                values_.assign(row_values.begin(), row_values.end());
                nearest_excess_ = here;
            }
        }
        return values;
    }

    [[nodiscard]] Architectures start_rows(std::uint64_t seed) const {
        Architectures starts = sample(space_, random_draws, seed);
        std::vector<GeneValue> first(space_->gene_count());
        for (std::size_t column = 0; column < first.size(); ++column)
            first[column] = space_->allowed(column).front();
        space_->couple(first);
        space_->canonicalise(first);
        if (!space_->banned(first))
            starts.append(first);
        return starts;
    }

    void descend_from_best(const Architectures& starts, const std::vector<double>& values,
                           const Measure& measure, double enough) {
        std::vector<double> heights(starts.size());
        for (std::size_t i = 0; i < heights.size(); ++i)
            heights[i] = measure(row_of(values, i));
        std::vector<std::size_t> order(starts.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return heights[a] < heights[b]; });
        for (std::size_t k = 0; k < std::min(descents, order.size()) && !found(); ++k) {
            const auto row = starts.row(order[k]);
            descend({row.begin(), row.end()}, heights[order[k]], measure, enough);
        }
    }

    /// Steepest descent over single genes.
    void descend(std::vector<GeneValue> row, double here, const Measure& measure, double enough) {
        for (int step = 0; step < most_steps && here > enough; ++step) {
            monitor_.poll();
            const Architectures next = neighbours(space_, row);
            const std::vector<double> values = judge(next);
            std::size_t best = next.size();
            for (std::size_t i = 0; i < next.size(); ++i) {
                const double there = measure(row_of(values, i));
                if (there < here) {
                    here = there;
                    best = i;
                }
            }
            if (best == next.size())
                return;
            row.assign(next.row(best).begin(), next.row(best).end());
        }
    }

    Scorer& scorer_;
    Monitor& monitor_;
    SpacePtr space_;
    std::vector<double> least_;  ///< of each constraint, over all rows seen
    std::vector<GeneValue> row_;
    std::vector<double> values_;
    double nearest_excess_ = infinity;
};

[[noreturn]] void throw_infeasible(const Problem& problem, const Seeker& seeker, bool exact) {
    const char* found = exact ? "" : " found";
    std::vector<std::string> alone;
    std::vector<std::string> nearest;
    std::vector<std::pair<std::string, double>> minima;
    double minimum = std::numeric_limits<double>::quiet_NaN();
    double first_over = minimum;
    for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
        const Constraint& constraint = problem.constraints[c];
        if (std::isinf(constraint.limit) && constraint.limit > 0)
            continue;
        const double least = seeker.least()[c];
        minima.emplace_back(constraint.name, least);
        nearest.push_back(
            message(constraint.name, " ", seeker.values()[c], " (limit ", constraint.limit, ")"));
        if (std::isnan(first_over) && seeker.values()[c] > constraint.limit)
            first_over = seeker.values()[c];
        if (least > constraint.limit) {
            alone.push_back(message(constraint.name, " is at least ", least, found, " (limit ",
                                    constraint.limit, ")"));
            minimum = std::isnan(minimum) ? least : minimum;
        }
    }
    std::string text =
        message("search: no architecture of ", problem.space->description(), " keeps the limits; ");
    text += alone.empty() ? message("each can be kept alone, but not all together; the nearest",
                                    found, " has ", join(nearest))
                          : join(alone);
    throw InfeasibleError(text, alone.empty() ? first_over : minimum, std::move(minima));
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
    Seeker seeker(scorer, monitor);
    if (exact)
        seeker.look_everywhere();
    else
        seeker.look_downhill(seed);
    if (!seeker.found())
        throw_infeasible(scorer.problem(), seeker, exact);
    Architectures start(scorer.problem().space);
    start.append(seeker.row());
    return start;
}

}  // namespace latpred
