#include "predictors/layout_terms.hpp"

#include <algorithm>
#include <numeric>

namespace latpred {
namespace {

std::vector<int> after_settings(const BlockLayout& layout, std::span<const int> columns) {
    std::vector<int> all = layout.setting_columns();
    all.insert(all.end(), columns.begin(), columns.end());
    return all;
}

TableTerm block_term(const BlockLayout& layout, const BlockSlot& slot,
                     std::span<const double> weights) {
    TableTerm term{after_settings(layout, slot.columns), {}};
    const auto at = std::ranges::find(slot.columns, slot.gate) - slot.columns.begin();
    const bool inside = static_cast<std::size_t>(at) < slot.columns.size();
    const bool apart = slot.gate >= 0 && !inside;
    const int levels = apart ? layout.choices_of(slot.gate) : 1;
    if (apart)
        term.columns.push_back(slot.gate);
    for (int setting = 0; setting < layout.settings(); ++setting) {
        for (int choice = 0; choice < slot.choices; ++choice) {
            const int feature = layout.block_feature(setting, slot.effect, choice);
            const int own =
                inside ? layout.split(slot.columns, choice)[static_cast<std::size_t>(at)] : 0;
            for (int level = own; level < own + levels; ++level) {
                const bool present = slot.gate < 0 || level >= slot.gate_from;
                term.values.push_back(present ? weights[static_cast<std::size_t>(feature)] : 0.0);
            }
        }
    }
    return term;
}

TableTerm depth_term(const BlockLayout& layout, std::span<const double> weights) {
    // Without levels of total depth this is a table by setting alone.
    const std::vector<int> columns =
        layout.depth_levels() > 1 ? layout.depth_columns() : std::vector<int>{};
    TableTerm term{after_settings(layout, columns), {}};
    int combinations = 1;
    for (int column : columns)
        combinations *= layout.choices_of(column);
    for (int setting = 0; setting < layout.settings(); ++setting) {
        for (int i = 0; i < combinations; ++i) {
            const std::vector<GeneValue> depths = layout.split(columns, i);
            const int depth = std::accumulate(depths.begin(), depths.end(), 0);
            term.values.push_back(
                weights[static_cast<std::size_t>(layout.depth_feature(setting, depth))]);
        }
    }
    return term;
}

}  // namespace

std::vector<TableTerm> layout_terms(const BlockLayout& layout, std::span<const double> weights) {
    std::vector<TableTerm> terms;
    for (const BlockSlot& slot : layout.slots())
        terms.push_back(block_term(layout, slot, weights));
    terms.push_back(depth_term(layout, weights));
    return terms;
}

}  // namespace latpred
