#include "guided/model_guided.hpp"

#include <algorithm>
#include <numeric>

#include "base/statistics.hpp"
#include "searching/breeding.hpp"
#include "searching/feasibility.hpp"

namespace latpred {
namespace {

constexpr std::size_t all_of_them = small_space;
// Generations of candidates between two askings. More of them breed what the model errs on: with
// 20, searches in FBNetV3's space fall behind plain evolution.
constexpr int inner_generations = 2;
constexpr std::size_t inner_population = 500;  // candidates that come in each of them
constexpr std::size_t most_parents = 100;

class ModelGuided final : public Breeding {
  public:
    ModelGuided(const Problem& problem, ScoreModel& model, const SearchSettings& settings,
                Monitor& monitor)
        : Breeding(problem, settings, monitor, front_capacity(problem)), model_(model),
          small_(is_small(*problem.space)), asked_(problem), pool_(problem) {}

  private:
    void found() override {
        if (small_) {
            if (settings_.initial)
                nursery_.admit(pool_, settings_.initial->size(), *settings_.initial);
            fill(pool_, all_of_them);
            rescue(pool_);
        } else {
            settle(pool_);
        }
        const std::size_t given = settings_.initial ? settings_.initial->size() : 0;
        const std::size_t wanted = std::max(settings_.population, given);
        std::vector<std::size_t> first(std::min(pool_.size(), wanted));
        std::iota(first.begin(), first.end(), std::size_t{0});
        ask(first);
    }

    bool breed(std::size_t /*generation*/) override {
        model_.fit(asked_.archs, better_half());
        monitor_.poll();
        std::vector<double> expected = model_.predict(pool_.archs);
        if (!small_)
            grow(expected);
        if (pool_.size() == 0)
            return false;
        ask(largest(expected, settings_.population));
        return true;
    }

    /// Scores of those asked for, the lower half as their median.
    [[nodiscard]] std::vector<double> better_half() const {
        std::vector<double> scores(asked_.size());
        for (std::size_t i = 0; i < scores.size(); ++i)
            scores[i] = asked_.points().at(i, 0);
        const double middle = median(scores);
        for (double& score : scores)
            score = std::max(score, middle);
        return scores;
    }

    static std::vector<std::size_t> largest(const std::vector<double>& values, std::size_t count) {
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const std::size_t kept = std::min(count, order.size());
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept),
                          order.end(), [&](std::size_t a, std::size_t b) {
                              return values[a] != values[b] ? values[a] > values[b] : a < b;
                          });
        order.resize(kept);
        return order;
    }

    /// Moves rows of the pool to those asked for.
    void ask(const std::vector<std::size_t>& rows) {
        std::vector<bool> taken(pool_.size());
        for (const std::size_t i : rows) {
            asked_.append(pool_.archs.row(i), pool_.limits(i));
            taken[i] = true;
        }
        Population left(problem_);
        for (std::size_t i = 0; i < pool_.size(); ++i) {
            if (!taken[i])
                left.append(pool_.archs.row(i), pool_.limits(i));
        }
        pool_ = std::move(left);
        scorer_.score(asked_);
    }

    /// Adds children of the best known and the most promising to the pool.
    void grow(std::vector<double>& expected) {
        for (int round = 0; round < inner_generations; ++round) {
            const Architectures parents = best_of_all(expected);
            const auto count = static_cast<std::uint32_t>(parents.size());
            const std::size_t before = pool_.size();
            collect(pool_, inner_population, [&](Rng& rng, std::span<GeneValue> row) {
                const auto mother = parents.row(rng.below(count));
                if (rng.flip(settings_.mutation_ratio))
                    variation_.mutate(rng, mother, row);
                else
                    variation_.cross(rng, mother, parents.row(rng.below(count)), row);
            });
            std::vector<std::size_t> born(pool_.size() - before);
            std::iota(born.begin(), born.end(), before);
            const std::vector<double> more = model_.predict(pool_.archs.select(born));
            expected.insert(expected.end(), more.begin(), more.end());
        }
    }

    [[nodiscard]] Architectures best_of_all(const std::vector<double>& expected) const {
        std::vector<double> worth = expected;
        for (std::size_t i = 0; i < asked_.size(); ++i)
            worth.push_back(asked_.points().at(i, 0));
        Architectures parents(problem_.space);
        for (const std::size_t i : largest(worth, most_parents)) {
            const bool known = i >= pool_.size();
            parents.append(known ? asked_.archs.row(i - pool_.size()) : pool_.archs.row(i));
        }
        return parents;
    }

    ScoreModel& model_;
    bool small_;
    Population asked_;
    Population pool_;  ///< within the limits, not asked for yet
};

}  // namespace

SearchResult search_by_model(const Problem& problem, ScoreModel& model,
                             const SearchSettings& settings, Monitor& monitor) {
    check(problem);
    check(settings, problem);
    return ModelGuided(problem, model, settings, monitor).run();
}

}  // namespace latpred
