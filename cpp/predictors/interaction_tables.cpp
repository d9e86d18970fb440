#include "predictors/interaction_tables.hpp"

#include <algorithm>

namespace latpred {
namespace {

constexpr int most_joint_choices = 4096;

void add_if_small(const BlockLayout& layout, Interaction found,
                  std::vector<Interaction>& interactions) {
    for (int column : found.columns) {
        found.choices *= layout.choices_of(column);
        if (found.choices > most_joint_choices)
            return;
    }
    interactions.push_back(std::move(found));
}

}  // namespace

std::vector<Interaction> interactions_of(const BlockLayout& layout, const std::string& group) {
    std::vector<Interaction> found;
    Interaction depths{.columns = layout.depth_columns()};
    if (group == "depths" && depths.columns.size() > 1)
        add_if_small(layout, depths, found);
    const std::vector<int>& settings = layout.setting_columns();
    if (group == "depths-settings" && depths.columns.size() > 1 && !settings.empty()) {
        depths.columns.insert(depths.columns.end(), settings.begin(), settings.end());
        add_if_small(layout, depths, found);
    }
    std::vector<BlockSlot> slots = layout.slots();
    std::erase_if(slots, [](const BlockSlot& slot) { return slot.layer < 0; });
    for (std::size_t i = 0; group == "neighbours" && i + 1 < slots.size(); ++i) {
        const BlockSlot& next = slots[i + 1];
        if (slots[i].unit != next.unit || slots[i].columns.empty() || next.columns.empty())
            continue;
        Interaction both{slots[i].columns, next.gate, next.gate_from};
        for (int column : next.columns) {
            if (std::ranges::count(both.columns, column) == 0)  // a width may decide both
                both.columns.push_back(column);
        }
        if (std::ranges::count(both.columns, both.gate) > 0)
            both.gate = -1;  // the table says itself which depths it means
        add_if_small(layout, std::move(both), found);
    }
    return found;
}

FeatureMatrix interaction_matrix(const BlockLayout& layout,
                                 const std::vector<Interaction>& interactions,
                                 const Architectures& archs) {
    std::vector<Eigen::Triplet<double>> entries;
    int offset = 0;
    for (const Interaction& interaction : interactions) {
        for (std::size_t i = 0; i < archs.size(); ++i) {
            const auto row = archs.row(i);
            if (interaction.gate >= 0 &&
                row[static_cast<std::size_t>(interaction.gate)] < interaction.gate_from)
                continue;
            int choice = 0;
            for (int column : interaction.columns)
                choice = choice * layout.choices_of(column) + row[static_cast<std::size_t>(column)];
            entries.emplace_back(static_cast<int>(i), offset + choice, 1.0);
        }
        offset += interaction.choices;
    }
    FeatureMatrix matrix(static_cast<Eigen::Index>(archs.size()), offset);
    matrix.setFromTriplets(entries.begin(), entries.end());
    return matrix;
}

std::vector<TableTerm> interaction_terms(const BlockLayout& layout,
                                         const std::vector<Interaction>& interactions,
                                         const Eigen::VectorXd& weights) {
    std::vector<TableTerm> terms;
    Eigen::Index offset = 0;
    for (const Interaction& interaction : interactions) {
        TableTerm term{interaction.columns, {}};
        const bool gated = interaction.gate >= 0;
        if (gated)
            term.columns.push_back(interaction.gate);
        const int levels = gated ? layout.choices_of(interaction.gate) : 1;
        for (int choice = 0; choice < interaction.choices; ++choice) {
            for (int level = 0; level < levels; ++level) {
                const bool open = !gated || level >= interaction.gate_from;
                term.values.push_back(open ? weights[offset + choice] : 0.0);
            }
        }
        offset += interaction.choices;
        terms.push_back(std::move(term));
    }
    return terms;
}

}  // namespace latpred
