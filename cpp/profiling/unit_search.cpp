#include "profiling/unit_search.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "profiling/unit_mutation.hpp"
#include "searching/breeding.hpp"
#include "searching/ranking.hpp"

namespace latpred {
namespace {

constexpr std::size_t tries_a_child = 100;
constexpr std::size_t most_children = 1000000;
/// Hypervolumes of more goals take too long for a look each round.
constexpr std::size_t most_watched = 3;

class UnitSearch final : public Breeding {
  public:
    UnitSearch(const Problem& problem, const SearchSettings& shared,
               const UnitSearchSettings& settings, Monitor& monitor)
        : Breeding(problem, shared, monitor, front_capacity(problem)), own_(settings),
          mutation_(problem.space, settings.probabilities, settings.chain), seen_(problem),
          outside_(problem), row_(problem.space->gene_count()) {
        nursery_.keep_rejected(outside_);
    }

  private:
    void found() override {
        settle(seen_);
        scorer_.score(seen_);
        const bool several = problem_.goals.size() > 1 && problem_.goals.size() <= most_watched;
        if (several || !own_.reference.empty())
            scorer_.watch_hypervolume(own_.reference, seen_);
    }

    bool breed(std::size_t /*generation*/) override {
        outside_ = Population(problem_);
        Population children(problem_);
        bear(children);
        const std::size_t inside = own_.children - outside_.size();
        const bool complete = children.size() == inside;
        if (!complete)
            return adopt(children, inside, seen_);
        scorer_.score(children);
        for (std::size_t i = 0; i < children.size(); ++i)
            seen_.append(children, i);
        return true;
    }

    /// As many new ones, inside the limits or not, as a round has children.
    void bear(Population& children) {
        const Architectures parents = seen_.archs.select(parent_rows());
        std::size_t next = 0;
        std::size_t wanted = own_.children;
        for (std::size_t tries = 0; wanted > 0 && tries < own_.children * tries_a_child;) {
            monitor_.poll();
            Architectures made(problem_.space);
            for (std::size_t i = 0; i < wanted; ++i, ++next) {
                mutation_.mutate(nursery_.rng(), parents.row(next % parents.size()), row_);
                made.append(row_);
            }
            tries += wanted;
            nursery_.admit(children, wanted, made);
            wanted = own_.children - children.size() - outside_.size();
        }
    }

    /// In the order in which they were seen, or the best first.
    [[nodiscard]] std::vector<std::size_t> parent_rows() const {
        const Points points = seen_.points();
        std::vector<std::size_t> rows(points.size());
        std::iota(rows.begin(), rows.end(), 0U);
        if (own_.parents == UnitParents::fronts) {
            const auto ranks = non_dominated_ranks(points);
            std::erase_if(rows, [&](std::size_t i) { return ranks[i] >= own_.fronts; });
            return rows;
        }
        std::ranges::stable_sort(
            rows, [&](std::size_t a, std::size_t b) { return points.at(a, 0) > points.at(b, 0); });
        rows.resize(std::min(rows.size(), own_.top));
        return rows;
    }

    const UnitSearchSettings& own_;
    UnitMutation mutation_;
    Population seen_;     ///< all that are evaluated
    Population outside_;  ///< children of this round beyond the limits
    std::vector<GeneValue> row_;
};

void require_count(const char* name, std::size_t value, std::size_t least) {
    if (value < least || value > most_children) {
        throw ConfigError(message("search: ", name, " = ", value, ", ", least, " to ",
                                  most_children, " expected"));
    }
}

}  // namespace

SearchResult unit_search(const Problem& problem, const UnitSearchSettings& settings,
                         Monitor& monitor) {
    require_count("initial", settings.initial, 2);
    require_count("iterations", settings.iterations, 0);
    require_count("children", settings.children, 1);
    require_count("fronts", settings.fronts, 1);
    require_count("top", settings.top, 1);
    require_count("mutation_depth", settings.chain, 1);
    const SearchSettings shared{.population = settings.initial,
                                .generations = settings.iterations,
                                .mutation_rate = 0,
                                .seed = settings.seed,
                                .initial = settings.first,
                                .reference = settings.reference};
    check(problem);
    check(shared, problem);
    if (settings.parents == UnitParents::fronts && problem.goals.size() < 2)
        throw ConfigError("search: one goal, two or more for Pareto fronts expected");
    return UnitSearch(problem, shared, settings, monitor).run();
}

}  // namespace latpred
