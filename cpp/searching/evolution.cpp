#include "searching/evolution.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "searching/breeding.hpp"

namespace latpred {
namespace {

// Parents differ at first in this share of their genes, at the end in one: without it the parents
// soon are near-copies of one local optimum (OFA-MobileNetV3, Note10 table, 25 ms, 50,100
// evaluations: 27 of 30 seeds reach .8210 instead of 18 of 40).
constexpr double first_spread = 10.0 / 46;

std::size_t distance(std::span<const GeneValue> a, std::span<const GeneValue> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), std::size_t{0}, std::plus<>(),
                              std::not_equal_to<>());
}

class Evolution final : public Breeding {
  public:
    Evolution(const Problem& problem, const SearchSettings& settings, Monitor& monitor)
        : Breeding(problem, settings, monitor, 1000), population_(problem) {
        const auto share = [&](double ratio) {
            const double count = std::round(ratio * static_cast<double>(settings.population));
            return static_cast<std::size_t>(count);
        };
        parents_ = std::max<std::size_t>(share(settings.parent_ratio), 1);
        mutants_ = share(settings.mutation_ratio);
    }

  private:
    void found() override {
        const std::size_t wanted = settings_.population;
        settle(population_);
        while (population_.size() < wanted) {
            const std::size_t grown = population_.size();
            mutate(std::min(wanted - grown, 10 + grown), grown);
            if (population_.size() == grown)
                break;
        }
        if (population_.size() < wanted)
            fill(population_, wanted - population_.size());
        scorer_.score(population_);
    }

    /// Survivors and their children; false where no child was found.
    bool breed(std::size_t generation) override {
        survive(spread_at(generation));
        const std::size_t kept = population_.size();
        const std::size_t full = kept + settings_.population;
        mutate(mutants_, kept);
        cross(full - population_.size(), kept);
        if (population_.size() < full)
            mutate(full - population_.size(), kept);
        if (population_.size() < full)
            draw(population_, full - population_.size());
        if (population_.size() < full)
            fill(population_, full - population_.size());
        scorer_.score(population_);
        return population_.size() > kept;
    }

    /// Genes in which parents differ at least.
    [[nodiscard]] std::size_t spread_at(std::size_t generation) const {
        const double first = first_spread * static_cast<double>(problem_.space->gene_count());
        const double done =
            static_cast<double>(generation - 1) / static_cast<double>(settings_.generations);
        return static_cast<std::size_t>(std::lround(std::max(first + (1 - first) * done, 1.0)));
    }

    /// Keeps the best that differ in `spread` genes; where they are too few, the best of the rest.
    void survive(std::size_t spread) {
        std::vector<std::size_t> order(population_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return population_.points().at(a, 0) > population_.points().at(b, 0);
        });
        Population best(problem_);
        std::vector<std::size_t> rest;
        for (std::size_t i : order) {
            if (best.size() == parents_)
                break;
            if (is_apart(best.archs, population_.archs.row(i), spread))
                best.append(population_, i);
            else
                rest.push_back(i);
        }
        for (std::size_t k = 0; k < rest.size() && best.size() < parents_; ++k)
            best.append(population_, rest[k]);
        population_ = std::move(best);
    }

    static bool is_apart(const Architectures& kept, std::span<const GeneValue> row,
                         std::size_t spread) {
        for (std::size_t j = 0; j < kept.size(); ++j) {
            if (distance(kept.row(j), row) < spread)
                return false;
        }
        return true;
    }

    void mutate(std::size_t wanted, std::size_t parents) {
        const Architectures from = population_.archs;
        collect(population_, wanted, [&, parents](Rng& rng, std::span<GeneValue> row) {
            variation_.mutate(rng, from.row(rng.below(static_cast<std::uint32_t>(parents))), row);
        });
    }

    void cross(std::size_t wanted, std::size_t parents) {
        const auto count = static_cast<std::uint32_t>(parents);
        const Architectures from = population_.archs;
        collect(population_, wanted, [&, count](Rng& rng, std::span<GeneValue> row) {
            const auto a = from.row(rng.below(count));
            variation_.cross(rng, a, from.row(rng.below(count)), row);
        });
    }

    Population population_;
    std::size_t parents_ = 0;
    std::size_t mutants_ = 0;
};

}  // namespace

SearchResult evolve(const Problem& problem, const SearchSettings& settings, Monitor& monitor) {
    return Evolution(problem, settings, monitor).run();
}

}  // namespace latpred
