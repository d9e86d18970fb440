#include "profiling/pooled_factors.hpp"

#include <algorithm>

#include "base/index.hpp"
#include "base/text.hpp"
#include "spaces/gates.hpp"

namespace latpred {
namespace {

bool of_a_site(const std::vector<Site>& sites, int column) {
    return std::ranges::any_of(sites, [&](const Site& site) {
        return std::ranges::find(site.columns, column) != site.columns.end();
    });
}

/// "r" where the group has one gene, "w[1]" where it has several, "u2.d" for genes of units.
std::string factor_name(const Space& space, const Gene& gene) {
    const auto alike = std::ranges::count(space.genes(), gene.group, &Gene::group);
    if (gene.unit >= 0)
        return message("u", gene.unit, ".", gene.group);
    return alike == 1 ? gene.group : gene.name();
}

}  // namespace

PooledFactors::PooledFactors(const SpacePtr& space)
    : space_(space), sites_(latpred::sites(*space)), offsets_{0} {
    add_genes(false);
    add_genes(true);
    add_sites();
    for (const PooledFactor& factor : factors_)
        offsets_.push_back(offsets_.back() + static_cast<int>(factor.states.size()));
}

void PooledFactors::add_genes(bool depths) {
    const std::set<int> gates = gates_of(space_->family());
    for (std::size_t column = 0; column < space_->gene_count(); ++column) {
        const auto number = static_cast<int>(column);
        const bool depth = gates.contains(number);
        const std::span<const GeneValue> allowed = space_->allowed(column);
        if (depth != depths || allowed.size() < 2 || of_a_site(sites_, number))
            continue;
        const Gene& gene = space_->genes()[column];
        if (gene.gate >= 0 && space_->allowed(as_index(gene.gate)).back() < gene.gate_from)
            continue;  // of a layer that no network has
        PooledFactor factor{.name = factor_name(*space_, gene),
                            .group = gene.group,
                            .unit = gene.unit,
                            .column = number,
                            .depth = depth,
                            .states = {},
                            .values = {allowed.begin(), allowed.end()}};
        for (const GeneValue value : allowed)
            factor.states.push_back(gene.text(value));
        factors_.push_back(std::move(factor));
    }
}

void PooledFactors::add_sites() {
    for (std::size_t i = 0; i < sites_.size(); ++i) {
        PooledFactor factor{.name = sites_[i].name,
                            .group = {},
                            .unit = sites_[i].unit,
                            .site = static_cast<int>(i),
                            .states = {},
                            .values = {}};
        for (const Block& block : sites_[i].blocks)
            factor.states.push_back(block.name);
        factors_.push_back(std::move(factor));
    }
}

int PooledFactors::state(std::span<const GeneValue> row, std::size_t number) const {
    const PooledFactor& factor = factors_[number];
    if (factor.site >= 0) {
        const std::optional<std::size_t> block = sites_[as_index(factor.site)].block_of(row);
        return block ? static_cast<int>(*block) : -1;
    }
    const auto column = as_index(factor.column);
    const auto found = std::ranges::find(factor.values, row[column]);
    const bool there = space_->active(row, column) && found != factor.values.end();
    return there ? static_cast<int>(found - factor.values.begin()) : -1;
}

std::vector<int> PooledFactors::columns_of(std::size_t number) const {
    const PooledFactor& factor = factors_[number];
    std::vector<int> columns;
    if (factor.site >= 0) {
        const Site& site = sites_[as_index(factor.site)];
        columns = site.columns;
        columns.push_back(site.gate);
    } else {
        columns = {factor.column, space_->genes()[as_index(factor.column)].gate};
    }
    std::erase(columns, -1);
    return columns;
}

}  // namespace latpred
