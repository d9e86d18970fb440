#include "predictors/uniform_networks.hpp"

#include <algorithm>

namespace latpred {
namespace {

void set_genes(const BlockLayout& layout, std::span<const int> columns, int choice,
               std::vector<GeneValue>& row) {
    const std::vector<GeneValue> indices = layout.split(columns, choice);
    for (std::size_t i = 0; i < columns.size(); ++i)
        row[static_cast<std::size_t>(columns[i])] = indices[i];
}

std::vector<GeneValue> uniform_row(const Space& space, const BlockLayout& layout, int setting,
                                   int choice) {
    std::vector<GeneValue> row(space.gene_count(), 0);
    set_genes(layout, layout.setting_columns(), setting, row);
    for (int column : layout.depth_columns())
        row[static_cast<std::size_t>(column)] =
            static_cast<GeneValue>(layout.choices_of(column) - 1);
    for (const BlockSlot& slot : layout.slots())
        set_genes(layout, slot.columns, std::min(choice, slot.choices - 1), row);
    return row;
}

}  // namespace

void visit_uniform(const Space& space, const BlockLayout& layout, const UniformVisit& visit) {
    int choices = 1;
    for (const BlockSlot& slot : layout.slots())
        choices = std::max(choices, slot.choices);
    for (int setting = 0; setting < layout.settings(); ++setting) {
        for (int choice = 0; choice < choices; ++choice)
            visit(setting, choice, space.lower(uniform_row(space, layout, setting, choice)));
    }
}

}  // namespace latpred
