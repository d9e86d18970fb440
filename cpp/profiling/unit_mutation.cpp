#include "profiling/unit_mutation.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "profiling/unit_moves.hpp"

namespace latpred {
namespace {

constexpr int mutation_tries = 50;

bool gates_blocks(const std::vector<MutationUnit>& units, int column) {
    return std::ranges::any_of(units, [&](const MutationUnit& u) { return u.depth == column; });
}

/// The one gene of the unit that gates its layers; -1 where there is none or more than one.
int depth_of(const Space& space, const MutationUnit& unit) {
    int depth = -1;
    for (const Site& site : unit.sites) {
        if (site.gate < 0)
            continue;
        if ((depth >= 0 && depth != site.gate) ||
            space.genes()[as_index(site.gate)].unit != unit.unit)
            return -1;
        depth = site.gate;
    }
    return depth;
}

std::vector<double> checked(const Space& space, const std::vector<MutationUnit>& units,
                            std::vector<double> probabilities) {
    if (probabilities.size() != units.size()) {
        throw ConfigError(message("mutation: ", probabilities.size(), " probabilities, one for ",
                                  "each of ", units.size(), " units of ", space.name(),
                                  " expected"));
    }
    bool any = false;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
            throw ConfigError(message("mutation: probability of ", units[i].name, " = ",
                                      probabilities[i], ", 0 to 1 expected"));
        }
        if (!UnitMoves(space, units[i]).has_choice())
            probabilities[i] = 0;
        any = any || probabilities[i] > 0;
    }
    if (!any) {
        throw ConfigError(message("mutation: no unit of ", space.name(),
                                  " with a choice has a probability above 0"));
    }
    return probabilities;
}

}  // namespace

std::vector<MutationUnit> mutation_units(const Space& space) {
    std::map<int, MutationUnit> by_number;
    for (Site& site : sites(space))
        by_number[site.unit].sites.push_back(std::move(site));
    for (const Gene& gene : space.genes())
        by_number[gene.unit];
    std::vector<MutationUnit> units;
    for (auto& [number, unit] : by_number) {
        unit.unit = number;
        unit.name = number < 0 ? "network" : "u" + std::to_string(number);
        unit.depth = depth_of(space, unit);
        units.push_back(std::move(unit));
    }
    std::ranges::stable_partition(units, [](const MutationUnit& unit) { return unit.unit >= 0; });
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        const Gene& gene = space.genes()[column];
        const auto number = static_cast<int>(column);
        if (gene.layer >= 0 || space.allowed(column).size() < 2 || is_coupled(space, number) ||
            gates_blocks(units, number))
            continue;
        const auto of_gene = [&](const MutationUnit& unit) { return unit.unit == gene.unit; };
        std::ranges::find_if(units, of_gene)->own.push_back(number);
    }
    std::erase_if(units, [](const MutationUnit& unit) {
        return unit.unit < 0 && unit.own.empty() && unit.sites.empty();
    });
    return units;
}

UnitMutation::UnitMutation(SpacePtr space, std::vector<double> probabilities, std::size_t chain)
    : space_(std::move(space)), units_(mutation_units(*space_)),
      probabilities_(checked(*space_, units_, std::move(probabilities))), chain_(chain) {
    if (chain_ < 1)
        throw ConfigError("mutation: depth 0, at least 1 expected");
}

void UnitMutation::mutate(Rng& rng, std::span<const GeneValue> parent,
                          std::span<GeneValue> child) const {
    std::ranges::copy(parent, child.begin());
    for (std::size_t i = 0; i < chain_; ++i)
        mutate_once(rng, child);
    for (int i = 1; i < mutation_tries && std::ranges::equal(parent, child); ++i)
        mutate_once(rng, child);
}

void UnitMutation::mutate_once(Rng& rng, std::span<GeneValue> row) const {
    // Of independent events, given that one happens: each by its chance where an earlier one has
    // happened, else by its share of what is left.
    std::vector<double> log_none(probabilities_.size() + 1, 0);
    for (std::size_t i = probabilities_.size(); i-- > 0;)
        log_none[i] = log_none[i + 1] + std::log1p(-probabilities_[i]);
    bool any = false;
    for (std::size_t i = 0; i < units_.size(); ++i) {
        const bool given = !any && probabilities_[i] > 0;
        const double chance = probabilities_[i] / (given ? -std::expm1(log_none[i]) : 1);
        if (!rng.flip(chance))
            continue;
        any = true;
        mutate_unit(rng, units_[i], row);
    }
}

void UnitMutation::mutate_unit(Rng& rng, const MutationUnit& unit, std::span<GeneValue> row) const {
    const UnitMoves moves(*space_, unit);
    auto possible = moves.possible(row);
    rng.shuffle(std::span(possible));
    const std::vector<GeneValue> before(row.begin(), row.end());
    for (const UnitMove move : possible) {
        for (int i = 0; i < mutation_tries; ++i) {
            moves.make(rng, move, row);
            space_->couple(row);
            space_->canonicalise(row);
            if (space_->contains(row) && !std::ranges::equal(row, before))
                return;
            std::ranges::copy(before, row.begin());
        }
    }
}

Architectures mutate_units(const Architectures& parents, std::uint64_t seed,
                           const std::vector<double>& probabilities, std::size_t chain) {
    const UnitMutation mutation(parents.space_ptr(), probabilities, chain);
    Architectures children(parents.space_ptr(), parents.size());
    for (std::size_t i = 0; i < parents.size(); ++i) {
        Rng rng(seed, "mutate units", i);
        mutation.mutate(rng, parents.row(i), children.mutable_row(i));
    }
    return children;
}

}  // namespace latpred
