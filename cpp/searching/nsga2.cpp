#include "searching/nsga2.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "searching/feasibility.hpp"
#include "searching/nursery.hpp"
#include "searching/ranking.hpp"
#include "spaces/variation.hpp"

namespace latpred {
namespace {

constexpr std::size_t patience = 100;  // tries a wanted architecture
constexpr std::size_t whole_front = std::numeric_limits<std::size_t>::max();

class Nsga2 {
  public:
    Nsga2(const Problem& problem, const SearchSettings& settings, Monitor& monitor)
        : problem_(problem), settings_(settings), monitor_(monitor), scorer_(problem, whole_front),
          nursery_(scorer_, settings.seed), variation_(problem.space, settings.mutation_rate),
          inside_(problem), outside_(problem) {
        nursery_.keep_rejected(outside_);
    }

    SearchResult run() {
        found();
        std::string stopped = "all generations done";
        for (std::size_t generation = 1; generation <= settings_.generations; ++generation) {
            monitor_.progress(generation - 1, settings_.generations, "search");
            if (!breed(settings_.population)) {
                stopped = nursery_.why_ended();
                break;
            }
            scorer_.mark();
        }
        monitor_.progress(settings_.generations, settings_.generations, "search");
        return scorer_.result(std::move(stopped));
    }

  private:
    void found() {
        draw(inside_, settings_.population);
        if (inside_.size() == 0)
            nursery_.admit(inside_, 1, feasible_start(scorer_, settings_.seed, monitor_));
        scorer_.score(inside_);
        survive();
        breed(settings_.population - inside_.size());  // where the limits left too few
        scorer_.mark();
    }

    /// Survivors of the population and up to `wanted` children; false where there is no child.
    bool breed(std::size_t wanted) {
        Population children(problem_);
        const Architectures parents = all_parents();
        const auto make = [&](Rng& rng, std::span<GeneValue> row) { bear(rng, parents, row); };
        nursery_.collect(children, wanted, wanted * patience, make, monitor_);
        draw(children, wanted);
        if (children.size() < wanted)
            nursery_.admit_rest(children, wanted - children.size(), monitor_);
        if (children.size() == 0)
            return false;
        scorer_.score(children);
        for (std::size_t i = 0; i < children.size(); ++i)
            inside_.append(children, i);
        survive();
        return true;
    }

    /// At random, until there are `size`.
    void draw(Population& into, std::size_t size) {
        const std::size_t wanted = size - into.size();
        nursery_.collect(
            into, wanted, wanted * patience,
            [&](Rng& rng, std::span<GeneValue> row) { problem_.space->draw(rng, row); }, monitor_);
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
        std::vector<double> latencies(inside_.size());
        for (std::size_t i = 0; i < latencies.size(); ++i)
            latencies[i] = inside_.limits(i)[0];
        const std::vector<std::size_t> ranks = non_dominated_ranks(inside_.scores, latencies);
        const std::vector<double> distances = crowding_distances(inside_.scores, latencies, ranks);
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
        stand_in(settings_.population - inside_.size());
    }

    /// Keeps the `wanted` architectures outside the limits that exceed them least.
    void stand_in(std::size_t wanted) {
        std::vector<double> excesses(wanted == 0 ? 0 : outside_.size());
        for (std::size_t i = 0; i < excesses.size(); ++i)
            excesses[i] = excess(problem_, outside_.limits(i));
        std::vector<std::size_t> order(excesses.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return excesses[a] < excesses[b]; });
        order.resize(std::min(order.size(), wanted));
        Population nearest(problem_);
        for (std::size_t i : order)
            nearest.append(outside_.archs.row(i), outside_.limits(i));
        outside_ = std::move(nearest);
    }

    const Problem& problem_;
    const SearchSettings& settings_;
    Monitor& monitor_;
    Scorer scorer_;
    Nursery nursery_;
    Variation variation_;
    Population inside_;   ///< best first
    Population outside_;  ///< nearest to the limits first
};

}  // namespace

SearchResult search_nsga2(const Problem& problem, const SearchSettings& settings,
                          Monitor& monitor) {
    if (problem.constraints.empty())
        throw ConfigError(
            "search: method \"nsga2\" without a latency, a latency objective expected");
    return Nsga2(problem, settings, monitor).run();
}

}  // namespace latpred
