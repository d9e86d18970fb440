#include "searching/nsga2.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "searching/breeding.hpp"
#include "searching/ranking.hpp"
#include "searching/reach.hpp"

namespace latpred {
namespace {

/// Hypervolumes of more goals take too long for a look each generation.
constexpr std::size_t most_goals_watched = 3;

class Nsga2 final : public Breeding {
  public:
    Nsga2(const Problem& problem, const SearchSettings& settings, Monitor& monitor)
        : Breeding(problem, settings, monitor, front_capacity(problem)), inside_(problem),
          outside_(problem) {
        nursery_.keep_rejected(outside_);
    }

  private:
    void found() override {
        settle(inside_);
        scorer_.score(inside_);
        if (problem_.goals.size() <= most_goals_watched || !settings_.reference.empty())
            scorer_.watch_hypervolume(settings_.reference, inside_);
        survive();
        if (inside_.size() < settings_.population)  // where the limits left too few
            multiply(settings_.population - inside_.size());
    }

    bool breed(std::size_t /*generation*/) override { return multiply(settings_.population); }

    /// Survivors of the population and up to `wanted` children; false where there is no child.
    bool multiply(std::size_t wanted) {
        Population children(problem_);
        const Architectures parents = all_parents();
        collect(children, wanted,
                [&](Rng& rng, std::span<GeneValue> row) { bear(rng, parents, row); });
        if (!adopt(children, wanted, inside_))
            return false;
        survive();
        return true;
    }

    /// Survivors inside the limits, then those that stand in for missing ones.
    [[nodiscard]] Architectures all_parents() const {
        Architectures parents = inside_.archs;
        parents.append(outside_.archs);
        return parents;
    }

    void bear(Rng& rng, const Architectures& parents, std::span<GeneValue> child) {
        const auto count = static_cast<std::uint32_t>(parents.size());
        const auto mother = parents.row(tournament(rng, count));
        if (rng.flip(settings_.mutation_ratio)) {
            variation_.mutate(rng, mother, child);
            return;
        }
        variation_.cross(rng, mother, parents.row(tournament(rng, count)), child);
    }

    /// Survivors are in the order of their fitness: the earlier of two wins.
    static std::size_t tournament(Rng& rng, std::uint32_t count) {
        const std::uint32_t first = rng.below(count);
        return std::min(first, rng.below(count));
    }

    void survive() {
        const std::vector<std::size_t> ranks = non_dominated_ranks(inside_.points());
        const std::vector<double> distances = crowding_distances(inside_.points(), ranks);
        std::vector<std::size_t> order(inside_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return ranks[a] != ranks[b] ? ranks[a] < ranks[b] : distances[a] > distances[b];
        });
        order.resize(std::min(order.size(), settings_.population));
        Population best(problem_);
        for (std::size_t i : order)
            best.append(inside_, i);
        inside_ = std::move(best);
        outside_ = nearest_rows(problem_, outside_, settings_.population - inside_.size());
    }

    Population inside_;   ///< best first
    Population outside_;  ///< nearest to the limits first
};

}  // namespace

SearchResult search_nsga2(const Problem& problem, const SearchSettings& settings,
                          Monitor& monitor) {
    if (problem.goals.size() < 2) {
        throw ConfigError("search: method \"nsga2\" with one objective and without a latency, a "
                          "latency objective or several objectives expected");
    }
    return Nsga2(problem, settings, monitor).run();
}

}  // namespace latpred
