#include "searching/feasibility.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "searching/neighbourhood.hpp"
#include "spaces/enumeration.hpp"

namespace latpred {
namespace {

constexpr std::size_t chunk_rows = 4096;
constexpr std::size_t random_draws = 1000;
constexpr std::size_t descents = 5;
constexpr int most_steps = 300;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// What a descent lowers, of the constraint values of a row, and the height that is low enough.
struct Descent {
    std::function<double(std::span<const double>)> height;
    double enough = 0;
};

/// Looks for the row nearest to the limits and for the least value of each constraint.
class Seeker {
  public:
    Seeker(Scorer& scorer, Monitor& monitor)
        : scorer_(scorer), monitor_(monitor), space_(scorer.problem().space),
          reach_(scorer.problem()), around_(space_), width_(scorer.problem().constraints.size()) {}

    void look_everywhere() {
        const Enumeration all(space_, small_space);
        for (std::size_t begin = 0; begin < all.size(); begin += chunk_rows)
            judge(all.slice(begin, std::min(begin + chunk_rows, all.size())));
    }

    /// Descents towards the limits together, then, where that fails, down each constraint that no
    /// row kept so far.
    void look_downhill(std::uint64_t seed) {
        const Architectures starts = start_rows(seed);
        const std::vector<double> values = judge(starts);
        descend_from_best(starts, values, together());
        for (std::size_t c = 0; c < width_ && !reach_.found(); ++c) {
            if (is_over(c))
                descend_from_best(starts, values, alone(c));
        }
        if (!reach_.found())
            descend_by_units(reach_.nearest().archs.row(0), together());
        for (std::size_t c = 0; c < width_ && !reach_.found(); ++c) {
            if (is_over(c))
                descend_by_units(reach_.least_row(c), alone(c));
        }
    }

    [[nodiscard]] const Reach& reach() const { return reach_; }

  private:
    [[nodiscard]] Descent together() const {
        return {[this](std::span<const double> row) { return excess(scorer_.problem(), row); }, 0};
    }

    static Descent alone(std::size_t constraint) {
        return {[constraint](std::span<const double> row) { return row[constraint]; }, -infinity};
    }

    [[nodiscard]] bool is_over(std::size_t constraint) const {
        return reach_.least(constraint) > scorer_.problem().constraints[constraint].limit;
    }

    [[nodiscard]] double height(const std::vector<double>& values, std::size_t i,
                                const Descent& goal) const {
        return goal.height(std::span(values).subspan(i * width_, width_));
    }

    /// Constraint values of rows, N x C.
    std::vector<double> judge(const Architectures& archs) {
        monitor_.poll();
        std::vector<double> values = scorer_.constraint_values(archs);
        reach_.note(archs, values);
        return values;
    }

    [[nodiscard]] Architectures start_rows(std::uint64_t seed) const {
        Architectures starts = sample(space_, random_draws, seed);
        std::vector<GeneValue> first(space_->gene_count());
        for (std::size_t column = 0; column < first.size(); ++column)
            first[column] = space_->allowed(column).front();
        if (around_.settle(first))
            starts.append(first);
        return starts;
    }

    void descend_from_best(const Architectures& starts, const std::vector<double>& values,
                           const Descent& goal) {
        std::vector<double> heights(starts.size());
        for (std::size_t i = 0; i < heights.size(); ++i)
            heights[i] = height(values, i, goal);
        std::vector<std::size_t> order(starts.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return heights[a] < heights[b]; });
        for (std::size_t k = 0; k < std::min(descents, order.size()) && !reach_.found(); ++k) {
            const auto row = starts.row(order[k]);
            descend({row.begin(), row.end()}, heights[order[k]], goal);
        }
    }

    /// Steepest descent over single genes.
    void descend(std::vector<GeneValue> row, double here, const Descent& goal) {
        for (int step = 0; step < most_steps && here > goal.enough; ++step) {
            if (!step_to_best(around_.singles(row), row, here, goal))
                return;
        }
    }

    bool step_to_best(const Architectures& next, std::vector<GeneValue>& row, double& here,
                      const Descent& goal) {
        const std::vector<double> values = judge(next);
        std::size_t best = next.size();
        for (std::size_t i = 0; i < next.size(); ++i) {
            const double there = height(values, i, goal);
            if (there < here) {
                here = there;
                best = i;
            }
        }
        if (best == next.size())
            return false;
        row.assign(next.row(best).begin(), next.row(best).end());
        return true;
    }

    /// Unit by unit, as long as one of them finds something lower.
    void descend_by_units(std::span<const GeneValue> from, const Descent& goal) {
        std::vector<GeneValue> row(from.begin(), from.end());
        double here = infinity;
        bool lower = true;
        for (int step = 0; step < most_steps && lower && here > goal.enough; ++step) {
            lower = false;
            for (const auto& unit : around_.units()) {
                const Architectures candidates = best_by_block(row, unit, goal);
                lower |= step_to_best(candidates, row, here, goal);
            }
            lower |= step_to_best(around_.singles(row), row, here, goal);
        }
    }

    /// For each choice of the unit's own genes: every block with its best choice.
    Architectures best_by_block(std::span<const GeneValue> row, const Neighbourhood::Unit& unit,
                                const Descent& goal) {
        Architectures composed(space_);
        const Architectures bases = around_.variants(row, unit.own);
        for (std::size_t b = 0; b < bases.size(); ++b) {
            const auto base = bases.row(b);
            std::vector<GeneValue> made(base.begin(), base.end());
            for (const auto& block : unit.blocks) {
                if (!space_->active(base, block.front()))
                    continue;
                std::vector<GeneValue> best(base.begin(), base.end());
                double lowest = infinity;
                step_to_best(around_.variants(base, block), best, lowest, goal);
                for (std::size_t column : block)
                    made[column] = best[column];
            }
            if (around_.settle(made))
                composed.append(made);
        }
        return composed;
    }

    Scorer& scorer_;
    Monitor& monitor_;
    SpacePtr space_;
    Reach reach_;
    Neighbourhood around_;
    std::size_t width_;
};

}  // namespace

bool is_small(const Space& space) {
    double total = 1;
    for (std::size_t column = 0; column < space.gene_count(); ++column)
        total *= static_cast<double>(space.allowed(column).size());
    return total <= static_cast<double>(small_space) || !space_size(space).exceeds(small_space);
}

Population feasible_start(Scorer& scorer, std::uint64_t seed, Monitor& monitor) {
    const bool exact = is_small(*scorer.problem().space);
    Seeker seeker(scorer, monitor);
    if (exact)
        seeker.look_everywhere();
    else
        seeker.look_downhill(seed);
    if (!seeker.reach().found())
        seeker.reach().refuse(exact);
    return seeker.reach().nearest();
}

}  // namespace latpred
