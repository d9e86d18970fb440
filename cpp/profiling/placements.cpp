#include "profiling/placements.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/names.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "profiling/draws.hpp"
#include "profiling/original_forms.hpp"
#include "profiling/sites.hpp"
#include "spaces/text_form.hpp"

namespace latpred {
namespace {

/// The original asks for a depth of at least the layer's number, which is one less than the layers
/// that there must be; its ResNet50 asks for the right one.
Floor floor_of(const Space& space, int gate, GeneValue exists, int layer) {
    const Gene& gene = space.genes()[as_index(gate)];
    Floor floor{gate, exists, exists};
    if (is_original_resnet(space) || !gene.labels.empty())
        return floor;
    floor.legacy = 0;
    while (floor.legacy < exists && gene.values[as_index(floor.legacy)] < layer)
        ++floor.legacy;
    return floor;
}

Placement placement_of(const Space& space, const Site& site, const Block& block) {
    Placement made{.name = message(site.name, "=", block.name),
                   .place = site.name,
                   .block = block.name,
                   .unit = site.unit,
                   .layer = site.layer,
                   .label = original_label(space, site, block),
                   .choices = block.choices};
    if (site.gate >= 0)
        made.floors.push_back(floor_of(space, site.gate, site.gate_from, site.layer));
    if (auto spec = original_spec(space, site, block); !spec.empty())
        made.specs.push_back(std::move(spec));
    return made;
}

Placement placement_of(const Space& space, int column, GeneValue index) {
    const Gene& gene = space.genes()[as_index(column)];
    Placement made{.name = message(gene.name(), "=", gene.text(index)),
                   .place = gene.name(),
                   .block = message(gene.group, gene.text(index)),
                   .label = original_label(space, column, index),
                   .choices = {{column, index}}};
    if (gene.gate >= 0)
        made.floors.push_back(floor_of(space, gene.gate, gene.gate_from, gene.layer));
    if (auto spec = original_spec(space, column, index); !spec.empty())
        made.specs.push_back(std::move(spec));
    return made;
}

const Site& site_at(const Space& space, const std::vector<Site>& all, int unit, int layer) {
    int units = 0;
    int layers = 0;
    for (const Site& site : all) {
        if (site.unit == unit && site.layer == layer)
            return site;
        units = std::max(units, site.unit + 1);
        layers = site.unit == unit ? std::max(layers, site.layer + 1) : layers;
    }
    if (layers == 0) {
        throw ConfigError(message("block profile: no unit ", unit, " with blocks in ", space.name(),
                                  ", 0 to ", units - 1, " expected"));
    }
    throw ConfigError(message("block profile: no layer ", layer, " in unit ", unit, " of ",
                              space.name(), ", 0 to ", layers - 1, " expected"));
}

[[noreturn]] void refuse_block(const Space& space, const Site& site, const std::string& given) {
    std::vector<std::string> known;
    for (const Block& block : site.blocks)
        known.push_back(block.name);
    throw ConfigError(message("block profile: no block ", excerpt(given), " at ", site.name, " of ",
                              space.name(), ", one of ", join_few(known, 9), " expected",
                              did_you_mean(given, known)));
}

const Block& block_named(const Space& space, const Site& site, const std::string& name) {
    const auto found = std::ranges::find(site.blocks, name, &Block::name);
    if (found == site.blocks.end())
        refuse_block(space, site, name);
    return *found;
}

const Block& block_valued(const Space& space, const Site& site, const ReadSpec& spec) {
    const auto fits = [&](const Block& block) {
        return block.choices.size() == spec.values.size() &&
               std::ranges::all_of(block.choices, [&](const auto& choice) {
                   const Gene& gene = space.genes()[as_index(choice.first)];
                   return gene.labels.empty() &&
                          std::ranges::any_of(spec.values, [&](const auto& value) {
                              return value.first == gene.group &&
                                     value.second == gene.values[as_index(choice.second)];
                          });
               });
    };
    const auto found = std::ranges::find_if(site.blocks, fits);
    if (found != site.blocks.end())
        return *found;
    std::string given;
    for (const auto& [group, value] : spec.values)
        given += message(given.empty() ? "" : " ", group, "=", number_text(value));
    refuse_block(space, site, given);
}

int column_named(const Space& space, const std::string& name) {
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        const Gene& gene = space.genes()[column];
        if (gene.name() == name || (gene.group == name && gene.unit < 0 && gene.slot == 0))
            return static_cast<int>(column);
    }
    throw ConfigError(message("block profile: no layer or gene ", excerpt(name), " in ",
                              space.name(), ", a text such as 'u1.l0=BLOCK' expected"));
}

Placement gene_fixed(const Space& space, int column, const Choice& choice) {
    const Gene& gene = space.genes()[as_index(column)];
    GeneValue index = 0;
    try {
        index = choice_index(gene, choice, "block profile");
    } catch (const ArchitectureError& error) {
        throw ConfigError(error.what());
    }
    const auto allowed = space.allowed(as_index(column));
    if (!std::ranges::binary_search(allowed, index)) {
        throw ConfigError(message("block profile: ", gene.name(), " = ", gene.text(index),
                                  " is not in ", space.name()));
    }
    return placement_of(space, column, index);
}

/// A later resolution wins over an earlier one; other genes have one choice.
void add_choice(const Space& space, Placement& to, const std::pair<int, GeneValue>& choice) {
    const auto same = [&](const auto& other) { return other.first == choice.first; };
    const auto found = std::ranges::find_if(to.choices, same);
    const Gene& gene = space.genes()[as_index(choice.first)];
    if (found == to.choices.end())
        to.choices.push_back(choice);
    else if (gene.group == "r" && gene.unit < 0)
        *found = choice;
    else if (*found != choice)
        throw ConfigError(message("block profile: ", excerpt(to.name, 200),
                                  " fixes one gene to two choices, one expected"));
}

}  // namespace

std::vector<Placement> all_placements(const SpacePtr& space) {
    std::vector<Placement> found;
    for (const auto& [column, index] : original_stem_fixes(*space))
        found.push_back(placement_of(*space, column, index));
    for (const Site& site : sites(*space)) {
        for (const Block& block : site.blocks)
            found.push_back(placement_of(*space, site, block));
    }
    std::erase_if(found, [&](const Placement& placement) {
        return !PlacementDraw(*space, placement, Estimand::conditional).possible();
    });
    return found;
}

Placement placement_of_spec(const SpacePtr& space, const std::vector<double>& spec) {
    const ReadSpec read = read_spec(*space, spec);
    if (read.unit < 0 && !read.gene.empty())
        return gene_fixed(*space, column_named(*space, read.gene), read.value);
    const std::vector<Site> all = sites(*space);
    const Site& site = site_at(*space, all, read.unit, read.layer);
    Placement made = placement_of(*space, site, block_valued(*space, site, read));
    return read.resolution == 0 ? made : at_resolution(space, std::move(made), read.resolution);
}

Placement placement_of_text(const SpacePtr& space, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
        throw ConfigError(message("block profile: '", excerpt(text),
                                  "' is no fix, a text such as 'u1.l0=BLOCK' expected"));
    }
    const std::string place = text.substr(0, equals);
    const std::string choice = text.substr(equals + 1);
    for (const Site& site : sites(*space)) {
        if (site.name == place)
            return placement_of(*space, site, block_named(*space, site, choice));
    }
    const int column = column_named(*space, place);
    const auto number = parse_number<double>(choice);
    return gene_fixed(*space, column, number ? Choice(*number) : Choice(choice));
}

Placement at_resolution(const SpacePtr& space, Placement placement, double pixels) {
    const auto& genes = space->genes();
    const auto gene =
        std::ranges::find_if(genes, [](const Gene& g) { return g.group == "r" && g.unit < 0; });
    if (gene == genes.end()) {
        throw ConfigError(message("block profile: ", space->name(), " has no resolution to fix"));
    }
    const auto column = static_cast<int>(gene - genes.begin());
    const Placement fixed = gene_fixed(*space, column, pixels);
    std::erase_if(placement.choices, [&](const auto& choice) { return choice.first == column; });
    placement.choices.push_back(fixed.choices.front());
    placement.name += message("+r=", number_text(pixels));
    placement.label += message(" with Resolution ", number_text(pixels));
    if (placement.specs.size() == 1 && placement.specs.front().size() == 4)
        placement.specs.front().push_back(pixels);
    return placement;
}

Placement joined(const SpacePtr& space, const std::vector<Placement>& parts) {
    if (parts.empty())
        throw ConfigError("block profile: fixes at once: at least one expected, got none");
    Placement whole = parts.front();
    whole.single = parts.size() == 1;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const Placement& part = parts[i];
        whole.name += "+" + part.name;
        whole.label += ", " + part.label;
        whole.specs.insert(whole.specs.end(), part.specs.begin(), part.specs.end());
        for (const auto& choice : part.choices)
            add_choice(*space, whole, choice);
        whole.floors.insert(whole.floors.end(), part.floors.begin(), part.floors.end());
    }
    return whole;
}

}  // namespace latpred
