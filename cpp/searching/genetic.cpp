#include "searching/genetic.hpp"

#include <algorithm>
#include <numeric>

#include "searching/breeding.hpp"
#include "searching/reach.hpp"
#include "searching/roulette.hpp"

namespace latpred {
namespace {

/// Generations that may pass outside the limits before a descent looks for a way in.
constexpr int most_approaches = 30;

class Genetic final : public Breeding {
  public:
    Genetic(const Problem& problem, const SearchSettings& settings, Monitor& monitor)
        : Breeding(problem, settings, monitor, front_capacity(problem)), inside_(problem),
          outside_(problem), before_mutation_(problem.space->gene_count()) {
        nursery_.keep_rejected(outside_);
    }

  private:
    void found() override {
        gather(inside_);
        outside_ = nearest_rows(problem_, outside_, settings_.population - inside_.size());
        for (int i = 0; i < most_approaches && inside_.size() == 0 && outside_.size() > 1; ++i)
            approach();
        rescue(inside_);
        scorer_.score(inside_);
        survive();
        if (inside_.size() < settings_.population)
            multiply(settings_.population - inside_.size());
    }

    bool breed(std::size_t /*generation*/) override { return multiply(settings_.population); }

    /// One generation where nothing keeps the limits yet.
    void approach() {
        const Parents parents = all_parents();
        nursery_.collect(
            inside_, settings_.population, settings_.population,
            [&](Rng& rng, std::span<GeneValue> row) { bear(rng, parents, row); }, monitor_);
        outside_ = nearest_rows(problem_, outside_, settings_.population);
    }

    /// Up to `wanted` children; false where there is none.
    bool multiply(std::size_t wanted) {
        Population children(problem_);
        const Parents parents = all_parents();
        collect(children, wanted,
                [&](Rng& rng, std::span<GeneValue> row) { bear(rng, parents, row); });
        if (children.size() < wanted && settings_.mutation_rate > 0) {
            collect(children, wanted - children.size(), [&](Rng& rng, std::span<GeneValue> row) {
                variation_.mutate_one(rng, parents.choose(rng), row);
            });
        }
        if (!adopt(children, wanted, inside_))
            return false;
        survive();
        return true;
    }

    /// What the wheel chooses from; children go elsewhere.
    struct Parents {
        Architectures archs;
        Roulette wheel;

        [[nodiscard]] std::span<const GeneValue> choose(Rng& rng) const {
            return archs.row(wheel.turn(rng));
        }
    };

    [[nodiscard]] Parents all_parents() const {
        std::vector<double> scores(inside_.size());
        for (std::size_t i = 0; i < scores.size(); ++i)
            scores[i] = inside_.points().at(i, 0);
        Architectures archs = inside_.archs;
        archs.append(outside_.archs);
        return {std::move(archs), Roulette(roulette_slots(scores, outside_.size()))};
    }

    void bear(Rng& rng, const Parents& parents, std::span<GeneValue> child) {
        const auto mother = parents.choose(rng);
        if (rng.flip(settings_.crossover_rate))
            variation_.cross_at_one_point(rng, mother, parents.choose(rng), child);
        else
            std::ranges::copy(mother, child.begin());
        if (rng.flip(settings_.mutation_rate)) {
            std::ranges::copy(child, before_mutation_.begin());
            variation_.mutate_one(rng, before_mutation_, child);
        }
    }

    /// The best of all generations, ties decided by age; stand-ins for those that are missing.
    void survive() {
        std::vector<std::size_t> order(inside_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return inside_.points().at(a, 0) > inside_.points().at(b, 0);
        });
        order.resize(std::min(order.size(), settings_.population));
        Population best(problem_);
        for (const std::size_t i : order)
            best.append(inside_, i);
        inside_ = std::move(best);
        outside_ = nearest_rows(problem_, outside_, settings_.population - inside_.size());
    }

    Population inside_;   ///< the best of all generations, best first
    Population outside_;  ///< nearest to the limits first
    std::vector<GeneValue> before_mutation_;
};

}  // namespace

SearchResult search_genetically(const Problem& problem, const SearchSettings& settings,
                                Monitor& monitor) {
    return Genetic(problem, settings, monitor).run();
}

}  // namespace latpred
