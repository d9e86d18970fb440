#include "predictors/block_layout.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/block_costs.hpp"

namespace latpred {
namespace {

std::vector<bool> ignored_genes(const Space& space, const std::vector<std::string>& ignore) {
    std::vector<bool> ignored(space.gene_count(), false);
    for (const std::string& group : ignore) {
        bool found = false;
        for (std::size_t i = 0; i < ignored.size(); ++i) {
            if (space.genes()[i].group != group)
                continue;
            found = ignored[i] = true;
        }
        if (!found) {
            throw ConfigError(message("ignore: ", space.name(), " has no genes '", group, "'"));
        }
    }
    return ignored;
}

}  // namespace

BlockLayout::BlockLayout(const Space& space, const std::vector<std::string>& ignore, bool share) {
    for (const Gene& gene : space.genes())
        sizes_.push_back(gene.choices());
    find_slots(space, ignored_genes(space, ignore));
    number_effects(space, share);
}

void BlockLayout::find_slots(const Space& space, const std::vector<bool>& ignored) {
    const std::vector<Gene>& genes = space.genes();
    std::vector<bool> gates(genes.size(), false);
    for (const Gene& gene : genes) {
        if (gene.gate >= 0)
            gates[static_cast<std::size_t>(gene.gate)] = true;
    }
    std::map<std::pair<int, int>, BlockSlot> slots;
    for (std::size_t i = 0; i < genes.size(); ++i) {
        const Gene& gene = genes[i];
        const int column = static_cast<int>(i);
        if (gates[i] || gene.unit < 0) {
            if (ignored[i])
                continue;
            (gates[i] ? depths_ : settings_).push_back(column);
            (gates[i] ? depth_levels_ : setting_count_) =
                gates[i] ? depth_levels_ + gene.choices() - 1 : setting_count_ * gene.choices();
            continue;
        }
        // An ignored gene still says that there is a block.
        BlockSlot& slot = slots[{gene.unit, gene.layer}];
        slot.unit = gene.unit;
        slot.layer = gene.layer;
        slot.gate = gene.gate;
        slot.gate_from = gene.gate_from;
        if (ignored[i])
            continue;
        slot.columns.push_back(column);
        slot.choices *= gene.choices();
    }
    for (auto& [place, slot] : slots)
        slots_.push_back(std::move(slot));
}

void BlockLayout::number_effects(const Space& space, bool share) {
    std::vector<std::vector<double>> signatures(slots_.size());
    if (share)
        signatures = block_signatures(space, *this);
    effect_offset_.assign(1, 0);
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        std::size_t same = 0;
        while (same < i && (slots_[same].unit != slots_[i].unit || signatures[same].empty() ||
                            signatures[same] != signatures[i]))
            ++same;
        if (same < i) {
            slots_[i].effect = slots_[same].effect;
            continue;
        }
        slots_[i].effect = effects();
        effect_offset_.push_back(effect_offset_.back() + slots_[i].choices);
    }
}

const BlockSlot& BlockLayout::example_of(int effect) const {
    return *std::find_if(slots_.begin(), slots_.end(),
                         [effect](const BlockSlot& slot) { return slot.effect == effect; });
}

int BlockLayout::joint(std::span<const GeneValue> row, std::span<const int> columns) const {
    int choice = 0;
    for (int column : columns)
        choice = choice * choices_of(column) + row[static_cast<std::size_t>(column)];
    return choice;
}

void BlockLayout::features_of(std::span<const GeneValue> row, std::vector<int>& features) const {
    features.clear();
    const int setting = joint(row, settings_);
    for (const BlockSlot& slot : slots_) {
        if (slot.gate >= 0 && row[static_cast<std::size_t>(slot.gate)] < slot.gate_from)
            continue;
        features.push_back(block_feature(setting, slot.effect, joint(row, slot.columns)));
    }
    int depth = 0;
    for (int column : depths_)
        depth += row[static_cast<std::size_t>(column)];
    features.push_back(depth_feature(setting, depth));
}

std::vector<GeneValue> BlockLayout::split(std::span<const int> columns, int choice) const {
    std::vector<GeneValue> indices(columns.size());
    for (std::size_t i = columns.size(); i-- > 0;) {
        indices[i] = static_cast<GeneValue>(choice % choices_of(columns[i]));
        choice /= choices_of(columns[i]);
    }
    return indices;
}

}  // namespace latpred
