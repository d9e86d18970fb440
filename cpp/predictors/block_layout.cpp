#include "predictors/block_layout.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/block_costs.hpp"
#include "spaces/gates.hpp"
#include "spaces/place_map.hpp"

namespace latpred {
namespace {

constexpr std::int64_t most_choices = 4096;   ///< of one slot
constexpr std::int64_t most_values = 65536;   ///< of one table: see BlockTable
constexpr std::int64_t most_settings = 4096;  ///< of genes outside units

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

/// Product of the columns' sizes, at most `most_values` + 1.
std::int64_t setting_product(const BlockLayout& layout, std::span<const int> columns) {
    std::int64_t total = 1;
    for (int column : columns)
        total = std::min(total * layout.choices_of(column), most_values + 1);
    return total;
}

}  // namespace

BlockLayout::BlockLayout(const Space& space, const std::vector<std::string>& ignore,
                         Sharing sharing) {
    for (const Gene& gene : space.genes())
        sizes_.push_back(gene.choices());
    const std::vector<bool> ignored = ignored_genes(space, ignore);
    for (int column : space.places().settings()) {
        if (!ignored[static_cast<std::size_t>(column)])
            settings_.push_back(column);
    }
    if (setting_product(*this, settings_) > most_settings) {
        throw ConfigError(message("additive: the genes of ", space.name(),
                                  " outside units have more than ", most_settings,
                                  " joint choices: too many for a table by setting"));
    }
    setting_count_ = static_cast<int>(setting_product(*this, settings_));
    find_depths(space, ignored);
    find_slots(space, ignored, sharing == Sharing::beliefs);
    costs_ = std::make_shared<const SlotCosts>(slot_costs(space, *this));
    number_effects(sharing);
}

void BlockLayout::find_depths(const Space& space, const std::vector<bool>& ignored) {
    std::set<int> gates = gates_of(space.family());
    std::erase_if(gates, [&](int gate) { return ignored[static_cast<std::size_t>(gate)]; });
    depths_.assign(gates.begin(), gates.end());
    total_depth_ = setting_product(*this, depths_) * setting_count_ <= most_values;
    for (int column : depths_)
        depth_levels_ += total_depth_ ? choices_of(column) - 1 : 0;
}

void BlockLayout::find_slots(const Space& space, const std::vector<bool>& ignored, bool whole) {
    const std::vector<bool> only_gates = gates_only_gate(space);
    const std::span<const Place> places = space.places().places();
    for (std::size_t number = 0; number < places.size(); ++number) {
        const Place& place = places[number];
        BlockSlot slot{.place = number,
                       .unit = place.unit,
                       .layer = place.layer,
                       .columns = {},
                       .gate = whole ? -1 : place.gate,
                       .gate_from = whole ? GeneValue{0} : place.gate_from};
        for (int column : place.columns) {
            const bool gate = column == place.gate && only_gates[number];
            if ((whole || !gate) && !ignored[static_cast<std::size_t>(column)])
                slot.columns.push_back(column);
        }
        // An ignored gene still says that there is a block.
        if (slot.gate >= 0 || !slot.columns.empty())
            add_slots(std::move(slot));
    }
    for (int column : depths_) {
        if (!total_depth_)
            add_slots({.place = places.size(), .columns = {column}});
    }
}

void BlockLayout::add_slots(BlockSlot slot) {
    const std::int64_t levels = slot.gate < 0 || std::ranges::count(slot.columns, slot.gate) > 0
                                    ? 1
                                    : choices_of(slot.gate);
    const std::int64_t most = std::min(most_choices, most_values / (setting_count_ * levels));
    std::vector<std::vector<int>> tables{slot.columns};
    if (setting_product(*this, slot.columns) > most) {
        tables.clear();
        for (std::size_t i = 0; i < slot.columns.size(); ++i) {
            for (std::size_t j = i + 1; j < slot.columns.size(); ++j) {
                const std::vector<int> pair{slot.columns[i], slot.columns[j]};
                if (setting_product(*this, pair) <= most)
                    tables.push_back(pair);
            }
        }
        for (int column : slot.columns) {
            if (std::ranges::none_of(tables, [column](const std::vector<int>& table) {
                    return std::ranges::count(table, column) > 0;
                }))
                tables.push_back({column});
        }
    }
    slot.tables = static_cast<int>(tables.size());
    for (std::vector<int>& columns : tables) {
        slot.columns = std::move(columns);
        slot.choices = static_cast<int>(setting_product(*this, slot.columns));
        slots_.push_back(slot);
    }
}

void BlockLayout::number_effects(Sharing sharing) {
    std::set<int> elastic;  // units
    for (const BlockSlot& slot : slots_) {
        if (slot.gate >= 0)
            elastic.insert(slot.unit);
    }
    effect_offset_.assign(1, 0);
    kind_offset_.assign(1, 0);
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        BlockSlot& slot = slots_[i];
        std::size_t same = sharing == Sharing::nothing || slot.layer < 0 ? i : 0;
        while (same < i && (slots_[same].unit != slot.unit ||
                            slots_[same].columns.size() != slot.columns.size() ||
                            slots_[same].choices != slot.choices ||
                            costs_->of_slot[same] != costs_->of_slot[i]))
            ++same;
        if (same < i) {
            slot.kind = slots_[same].kind;
        } else {
            slot.kind = kinds();
            kind_offset_.push_back(kind_offset_.back() + slot.choices);
        }
        if (same < i && sharing == Sharing::tables && elastic.contains(slot.unit)) {
            slot.effect = slots_[same].effect;
            continue;
        }
        slot.effect = effects();
        effect_offset_.push_back(effect_offset_.back() + slot.choices);
        examples_.push_back(i);
    }
}

int BlockLayout::joint(std::span<const GeneValue> row, std::span<const int> columns) const {
    int choice = 0;
    for (int column : columns)
        choice = choice * choices_of(column) + row[static_cast<std::size_t>(column)];
    return choice;
}

int BlockLayout::depth_of(std::span<const GeneValue> row) const {
    int depth = 0;
    for (std::size_t i = 0; total_depth_ && i < depths_.size(); ++i)
        depth += row[static_cast<std::size_t>(depths_[i])];
    return depth;
}

void BlockLayout::features_of(std::span<const GeneValue> row, std::vector<int>& features) const {
    features.clear();
    const int setting = setting_of(row);
    for (const BlockSlot& slot : slots_) {
        if (has(row, slot))
            features.push_back(block_feature(setting, slot.effect, choice_of(row, slot)));
    }
    features.push_back(depth_feature(setting, depth_of(row)));
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
