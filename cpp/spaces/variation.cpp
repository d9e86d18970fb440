#include "spaces/variation.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr int variation_attempts = 50;  // as many tries as the OFA tutorial's finder

}  // namespace

Variation::Variation(SpacePtr space, double rate) : space_(std::move(space)) {
    if (!(rate >= 0 && rate <= 1))
        throw ConfigError(message("mutation rate: ", rate, " given, 0 to 1 expected"));
    std::map<std::pair<int, int>, std::size_t> group_of_block;
    for (std::size_t column = 0; column < space_->gene_count(); ++column) {
        const Gene& gene = space_->genes()[column];
        if (gene.gate >= 0)
            gated_.push_back(column);
        std::size_t group = groups_.size();
        if (gene.layer >= 0)
            group = group_of_block.try_emplace({gene.unit, gene.layer}, group).first->second;
        if (group == groups_.size())
            groups_.emplace_back();
        const double threshold = rate * space_->mutation_rate(column);
        groups_[group].columns.push_back(column);
        groups_[group].thresholds.push_back(threshold);
        groups_[group].highest = std::max(groups_[group].highest, threshold);
        const bool free = space_->allowed(column).size() > 1;
        rates_.push_back((rates_.empty() ? 0 : rates_.back()) +
                         (free ? space_->mutation_rate(column) : 0));
    }
}

void Variation::reveal(Rng& rng, std::span<const GeneValue> parent,
                       std::span<GeneValue> child) const {
    for (std::size_t column : gated_) {
        if (space_->active(child, column) && !space_->active(parent, column))
            child[column] = space_->draw_gene(rng, column);
    }
}

template <class Make>
void Variation::make_lawful(std::span<const GeneValue> parent, std::span<GeneValue> child,
                            const Make& make) const {
    for (int attempt = 0; attempt < variation_attempts; ++attempt) {
        make();
        if (space_->banned(child))
            continue;
        space_->canonicalise(child);
        return;
    }
    std::ranges::copy(parent, child.begin());
}

void Variation::mutate(Rng& rng, std::span<const GeneValue> parent,
                       std::span<GeneValue> child) const {
    make_lawful(parent, child, [&] {
        std::ranges::copy(parent, child.begin());
        for (const Group& group : groups_) {
            const double event = rng.next_u32() * 0x1p-32;
            if (event >= group.highest)
                continue;
            for (std::size_t k = 0; k < group.columns.size(); ++k) {
                if (event < group.thresholds[k])
                    child[group.columns[k]] = space_->draw_gene(rng, group.columns[k]);
            }
        }
        settle(rng, parent, child);
    });
}

void Variation::settle(Rng& rng, std::span<const GeneValue> parent,
                       std::span<GeneValue> child) const {
    space_->couple(child);
    reveal(rng, parent, child);
    space_->couple(child);
}

void Variation::change(Rng& rng, std::span<const GeneValue> parent, std::size_t column,
                       std::span<GeneValue> child) const {
    const auto choices = space_->allowed(column);
    const auto others = static_cast<std::uint32_t>(choices.size() - 1);
    const GeneValue drawn = choices[rng.below(others)];
    std::ranges::copy(parent, child.begin());
    child[column] = drawn == parent[column] ? choices.back() : drawn;
    settle(rng, parent, child);
}

void Variation::mutate_one(Rng& rng, std::span<const GeneValue> parent,
                           std::span<GeneValue> child) const {
    for (int attempt = 0; attempt < variation_attempts && rates_.back() > 0; ++attempt) {
        const auto drawn = std::ranges::upper_bound(rates_, rng.uniform() * rates_.back());
        const auto column = static_cast<std::size_t>(drawn - rates_.begin());
        if (column == rates_.size() || !space_->active(parent, column))
            continue;
        change(rng, parent, column, child);
        if (space_->banned(child))
            continue;
        space_->canonicalise(child);
        if (!std::ranges::equal(parent, child))
            return;
    }
    std::ranges::copy(parent, child.begin());
}

template <class FromFirst>
void Variation::inherit(Rng& rng, std::span<const GeneValue> a, std::span<const GeneValue> b,
                        std::span<GeneValue> child, const FromFirst& from_first) const {
    for (std::size_t column = 0; column < child.size(); ++column) {
        const bool first = from_first(column);
        const auto& chosen = first ? a : b;
        child[column] = space_->active(chosen, column) ? chosen[column] : (first ? b : a)[column];
    }
    space_->couple(child);
    for (std::size_t column : gated_) {
        if (space_->active(child, column) && !space_->active(a, column) &&
            !space_->active(b, column))
            child[column] = space_->draw_gene(rng, column);
    }
    space_->couple(child);
}

void Variation::cross(Rng& rng, std::span<const GeneValue> a, std::span<const GeneValue> b,
                      std::span<GeneValue> child) const {
    make_lawful(a, child, [&] {
        std::uint32_t coins = 0;
        inherit(rng, a, b, child, [&](std::size_t column) {
            coins = column % 32 == 0 ? rng.next_u32() : coins >> 1;
            return (coins & 1U) != 0;
        });
    });
}

void Variation::cross_at_one_point(Rng& rng, std::span<const GeneValue> a,
                                   std::span<const GeneValue> b, std::span<GeneValue> child) const {
    const auto places = static_cast<std::uint32_t>(child.size() - 1);
    make_lawful(a, child, [&] {
        const std::size_t cut = places == 0 ? 1 : 1 + rng.below(places);
        inherit(rng, a, b, child, [&](std::size_t column) { return column < cut; });
    });
}

Architectures mutate(const Architectures& parents, std::uint64_t seed, double rate) {
    const Variation variation(parents.space_ptr(), rate);
    Architectures children(parents.space_ptr(), parents.size());
    for (std::size_t i = 0; i < parents.size(); ++i) {
        Rng rng(seed, "mutate", i);
        variation.mutate(rng, parents.row(i), children.mutable_row(i));
    }
    return children;
}

Architectures crossover(const Architectures& a, const Architectures& b, std::uint64_t seed) {
    if (a.size() != b.size()) {
        throw ConfigError(message("crossover: ", a.size(), " and ", b.size(),
                                  " parents given, as many of each expected"));
    }
    if (!a.space().same_family(b.space())) {
        throw SchemaError(message("crossover of ", a.space().description(), " with ",
                                  b.space().description(), ", one space expected"));
    }
    const Variation variation(a.space_ptr(), 0);
    Architectures children(a.space_ptr(), a.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        Rng rng(seed, "crossover", i);
        variation.cross(rng, a.row(i), b.row(i), children.mutable_row(i));
    }
    return children;
}

}  // namespace latpred
