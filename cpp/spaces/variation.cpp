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
    }
}

void Variation::reveal(Rng& rng, std::span<const GeneValue> parent,
                       std::span<GeneValue> child) const {
    for (std::size_t column : gated_) {
        if (space_->active(child, column) && !space_->active(parent, column))
            child[column] = space_->draw_gene(rng, column);
    }
}

void Variation::mutate(Rng& rng, std::span<const GeneValue> parent,
                       std::span<GeneValue> child) const {
    for (int attempt = 0; attempt < variation_attempts; ++attempt) {
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
        space_->couple(child);
        reveal(rng, parent, child);
        space_->couple(child);
        if (space_->banned(child))
            continue;
        space_->canonicalise(child);
        return;
    }
    std::ranges::copy(parent, child.begin());
}

void Variation::cross_once(Rng& rng, std::span<const GeneValue> a, std::span<const GeneValue> b,
                           std::span<GeneValue> child) const {
    std::uint32_t coins = 0;
    for (std::size_t column = 0; column < child.size(); ++column) {
        coins = column % 32 == 0 ? rng.next_u32() : coins >> 1;
        const bool first = (coins & 1U) != 0;
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
    for (int attempt = 0; attempt < variation_attempts; ++attempt) {
        cross_once(rng, a, b, child);
        if (space_->banned(child))
            continue;
        space_->canonicalise(child);
        return;
    }
    std::ranges::copy(a, child.begin());
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
