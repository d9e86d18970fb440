#include "predictors/layout_terms.hpp"

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
    const int levels = slot.gate < 0 ? 1 : layout.choices_of(slot.gate);
    if (slot.gate >= 0)
        term.columns.push_back(slot.gate);
    for (int setting = 0; setting < layout.settings(); ++setting) {
        for (int choice = 0; choice < slot.choices; ++choice) {
            const int feature = layout.block_feature(setting, slot.effect, choice);
            for (int level = 0; level < levels; ++level) {
                const bool present = slot.gate < 0 || level >= slot.gate_from;
                term.values.push_back(present ? weights[static_cast<std::size_t>(feature)] : 0.0);
            }
        }
    }
    return term;
}

TableTerm depth_term(const BlockLayout& layout, std::span<const double> weights) {
    TableTerm term{after_settings(layout, layout.depth_columns()), {}};
    int combinations = 1;
    for (int column : layout.depth_columns())
        combinations *= layout.choices_of(column);
    for (int setting = 0; setting < layout.settings(); ++setting) {
        for (int i = 0; i < combinations; ++i) {
            const std::vector<GeneValue> depths = layout.split(layout.depth_columns(), i);
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
