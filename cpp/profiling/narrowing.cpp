#include "profiling/narrowing.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Left = std::map<int, std::set<GeneValue>>;  // choices by column

/// Layers of the unit with that choice of its depth.
std::size_t layers_at(const MutationUnit& unit, GeneValue depth) {
    return static_cast<std::size_t>(std::ranges::count_if(
        unit.sites, [&](const Site& site) { return site.gate < 0 || depth >= site.gate_from; }));
}

std::vector<const Block*> blocks_left(const Space& space, const Site& site,
                                      const std::set<std::string>& names) {
    std::vector<const Block*> left;
    for (const Block& block : site.blocks) {
        if (names.contains(block.name))
            left.push_back(&block);
    }
    if (left.size() != names.size() || left.empty()) {
        throw ConfigError(message("reduction: ", names.size(), " blocks of ", site.name, " named, ",
                                  left.size(), " of them are in ", space.name(),
                                  "; some, all of them in it, expected"));
    }
    return left;
}

void intersect_with(std::set<GeneValue>& into, const std::set<GeneValue>& other) {
    std::erase_if(into, [&](GeneValue choice) { return !other.contains(choice); });
}

Restriction restriction_of(const Space& space, const Left& left, std::vector<Ban> bans) {
    Restriction restriction;
    restriction.allowed.resize(space.gene_count());
    for (const auto& [column, choices] : left) {
        if (choices.empty()) {
            throw ConfigError(message("reduction: no choice of ",
                                      space.genes()[as_index(column)].name(), " of ", space.name(),
                                      " is left"));
        }
        restriction.allowed[as_index(column)].assign(choices.begin(), choices.end());
    }
    restriction.bans = std::move(bans);
    return restriction;
}

/// Choices and bans that leave these blocks at a site.
void keep_blocks(const Space& space, const Site& site, const std::set<std::string>& names,
                 Left& left, std::vector<Ban>& bans) {
    const auto kept = blocks_left(space, site, names);
    Left choices;
    for (const Block* block : kept) {
        for (const auto& [column, index] : block->choices)
            choices[column].insert(index);
    }
    for (const auto& [column, indices] : choices) {
        const auto [found, fresh] = left.try_emplace(column, indices);
        if (!fresh)
            intersect_with(found->second, indices);
    }
    for (const Block& block : site.blocks) {
        const bool covered = std::ranges::all_of(block.choices, [&](const auto& choice) {
            return choices.at(choice.first).contains(choice.second);
        });
        if (covered && !names.contains(block.name))
            bans.emplace_back(block.choices.begin(), block.choices.end());
    }
}

void keep_layers(const Space& space, const MutationUnit& unit, const std::set<std::size_t>& counts,
                 Left& left) {
    const auto known = layer_counts(space, unit);
    for (const std::size_t count : counts) {
        if (!std::ranges::binary_search(known, count)) {
            throw ConfigError(message("reduction: ", count, " layers of ", unit.name, ", one of ",
                                      join(known), " expected"));
        }
    }
    if (unit.depth < 0)
        return;
    std::set<GeneValue>& choices = left[unit.depth];
    for (const GeneValue depth : space.allowed(as_index(unit.depth))) {
        if (counts.contains(layers_at(unit, depth)))
            choices.insert(depth);
    }
}

}  // namespace

std::vector<std::size_t> layer_counts(const Space& space, const MutationUnit& unit) {
    if (unit.depth < 0)
        return {unit.sites.size()};
    std::set<std::size_t> counts;
    for (const GeneValue depth : space.allowed(as_index(unit.depth)))
        counts.insert(layers_at(unit, depth));
    return {counts.begin(), counts.end()};
}

SpacePtr narrow(const SpacePtr& space, const std::string& name, const Kept& kept) {
    Left left;
    std::vector<Ban> bans;
    std::size_t known = 0;
    for (const MutationUnit& unit : mutation_units(*space)) {
        for (const Site& site : unit.sites) {
            if (const auto named = kept.blocks.find(site.name); named != kept.blocks.end()) {
                keep_blocks(*space, site, named->second, left, bans);
                ++known;
            }
        }
        if (const auto named = kept.layers.find(unit.name); named != kept.layers.end()) {
            keep_layers(*space, unit, named->second, left);
            ++known;
        }
    }
    if (known != kept.blocks.size() + kept.layers.size()) {
        throw ConfigError(message("reduction: ", kept.blocks.size() + kept.layers.size(),
                                  " places and units named, ", known, " of them are in ",
                                  space->name(), "; all expected"));
    }
    return space->restrict(name, restriction_of(*space, left, std::move(bans)));
}

}  // namespace latpred
