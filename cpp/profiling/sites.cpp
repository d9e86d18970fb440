#include "profiling/sites.hpp"

#include <algorithm>

#include "base/index.hpp"

namespace latpred {
namespace {

/// Widths before expansions before kernels before anything else.
int rank_of(const Gene& gene) {
    if (gene.group == "w" || gene.group == "c")
        return 0;
    if (gene.group == "e")
        return 1;
    return gene.group == "ks" ? 2 : 3;
}

bool gates_something(const std::vector<Place>& places, int column) {
    return std::ranges::any_of(places, [&](const Place& p) { return p.gate == column; });
}

/// Columns of a layer: those of its block and, of its unit's own genes, those that decide it too.
std::vector<int> columns_of(const Space& space, const std::vector<Place>& blocks,
                            const Place& block) {
    std::vector<int> columns;
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        const Gene& gene = space.genes()[column];
        const auto number = static_cast<int>(column);
        if (gene.unit != block.unit || gates_something(blocks, number))
            continue;
        const bool named = std::ranges::find(block.columns, number) != block.columns.end();
        const bool of_unit = gene.layer < 0 &&
                             std::ranges::any_of(
                                 space.places().places(),
                                 [&](const Place& p) {
                                     return p.unit == block.unit &&
                                            std::ranges::find(p.columns, number) != p.columns.end();
                                 });
        // Unit genes that blocks name themselves (shared kernels) are of those blocks only.
        const bool elsewhere = std::ranges::any_of(blocks, [&](const Place& other) {
            return std::ranges::find(other.columns, number) != other.columns.end();
        });
        if (named || (of_unit && !elsewhere))
            columns.push_back(number);
    }
    std::ranges::stable_sort(columns, {},
                             [&](int column) { return rank_of(space.genes()[as_index(column)]); });
    return columns;
}

std::string name_of(const Space& space, const Block& block) {
    std::string name;
    for (const auto& [column, index] : block.choices) {
        const Gene& gene = space.genes()[as_index(column)];
        if (!gene.labels.empty() && !name.empty())
            name += '-';
        if (gene.labels.empty())
            name += gene.group == "ks" ? std::string("k") : gene.group;
        name += gene.text(index);
    }
    return name;
}

bool forbidden(const Space& space, const Block& block) {
    const auto chosen = [&](const std::pair<int, GeneValue>& choice) {
        return std::ranges::find(block.choices, choice) != block.choices.end();
    };
    return std::ranges::any_of(space.restriction().bans,
                               [&](const Ban& ban) { return std::ranges::all_of(ban, chosen); });
}

std::vector<Block> blocks_of(const Space& space, const std::vector<int>& columns) {
    std::vector<Block> blocks{{}};
    for (const int column : columns) {
        std::vector<Block> longer;
        for (const Block& block : blocks) {
            for (const GeneValue index : space.allowed(as_index(column))) {
                longer.push_back(block);
                longer.back().choices.emplace_back(column, index);
            }
        }
        blocks = std::move(longer);
    }
    std::erase_if(blocks, [&](const Block& block) { return forbidden(space, block); });
    for (Block& block : blocks)
        block.name = name_of(space, block);
    return blocks;
}

}  // namespace

std::optional<std::size_t> Site::block_of(std::span<const GeneValue> row) const {
    if (!there(row))
        return std::nullopt;
    const auto has = [&](const Block& block) {
        return std::ranges::all_of(block.choices, [&](const auto& choice) {
            return row[as_index(choice.first)] == choice.second;
        });
    };
    const auto found = std::ranges::find_if(blocks, has);
    if (found == blocks.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - blocks.begin());
}

std::vector<Site> sites(const Space& space) {
    const std::vector<Place> blocks = space.family().block_places();
    std::vector<Site> found;
    for (const Place& block : blocks) {
        Site site{.name = block.name,
                  .unit = block.unit,
                  .layer = block.layer,
                  .columns = columns_of(space, blocks, block),
                  .gate = block.gate,
                  .gate_from = block.gate_from,
                  .blocks = {}};
        const bool never =
            site.gate >= 0 && space.allowed(as_index(site.gate)).back() < site.gate_from;
        if (site.columns.empty() || never)
            continue;
        site.blocks = blocks_of(space, site.columns);
        found.push_back(std::move(site));
    }
    return found;
}

}  // namespace latpred
