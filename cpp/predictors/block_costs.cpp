#include "predictors/block_costs.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "graphs/costs.hpp"

namespace latpred {
namespace {

enum CostKind {
    dense_macs,
    grouped_macs,
    dense_moved,
    grouped_moved,
    pointwise_moved,
    grouped_read,
    kernels,
    parameters
};

using BlockPlace = std::pair<int, int>;

double input_elements(const OpGraph& graph, const Op& op) {
    double elements = 0;
    for (int source : graph.inputs_of(op))
        elements +=
            static_cast<double>(graph.ops[static_cast<std::size_t>(source)].shape.elements());
    return elements;
}

void add_op(const OpGraph& graph, const Op& op, BlockCost& cost) {
    cost[parameters] += static_cast<double>(params_of(graph, op));
    if (op.kind == OpKind::batch_norm || op.kind == OpKind::activation || op.group < 0)
        return;  // fused into the operator before
    const double read = input_elements(graph, op);
    const double moved = read + static_cast<double>(op.shape.elements());
    const auto macs = static_cast<double>(macs_of(graph, op));
    if (macs == 0) {
        cost[pointwise_moved] += moved;
    } else if (op.window.groups > 1) {
        cost[grouped_macs] += macs;
        cost[grouped_moved] += moved;
        cost[grouped_read] += read;
    } else {
        cost[dense_macs] += macs;
        cost[dense_moved] += moved;
    }
}

/// Costs by place; place (-1, -1) holds what lies outside units.
std::map<BlockPlace, BlockCost> costs_by_place(const OpGraph& graph) {
    std::map<BlockPlace, BlockCost> costs;
    std::set<int> groups;
    for (const Op& op : graph.ops) {
        if (op.kind == OpKind::input)
            continue;
        BlockCost& cost = costs[{op.unit, op.layer}];
        add_op(graph, op, cost);
        if (op.group >= 0 && groups.insert(op.group).second)
            cost[kernels] += 1;
    }
    return costs;
}

void set_genes(const BlockLayout& layout, std::span<const int> columns, int choice,
               std::vector<GeneValue>& row) {
    const std::vector<GeneValue> indices = layout.split(columns, choice);
    for (std::size_t i = 0; i < columns.size(); ++i)
        row[static_cast<std::size_t>(columns[i])] = indices[i];
}

/// The deepest architecture with every slot at joint choice `choice` (or its last).
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

int most_choices(const BlockLayout& layout) {
    int most = 1;
    for (const BlockSlot& slot : layout.slots())
        most = std::max(most, slot.choices);
    return most;
}

void scale_moved(BlockCosts& costs, int block_features) {
    double mean = 0;
    for (int i = 0; i < block_features; ++i) {
        const BlockCost& cost = costs.of_feature[static_cast<std::size_t>(i)];
        costs.moved.push_back(cost[dense_moved] + cost[grouped_moved] + cost[pointwise_moved]);
        mean += costs.moved.back() / block_features;
    }
    // A block that moves nothing can still take time.
    for (double& moved : costs.moved)
        moved = mean > 0 ? std::max(moved / mean, 0.1) : 1.0;
}

}  // namespace

void visit_uniform(const Space& space, const BlockLayout& layout, const UniformVisit& visit) {
    const int choices = most_choices(layout);
    for (int setting = 0; setting < layout.settings(); ++setting) {
        for (int choice = 0; choice < choices; ++choice)
            visit(setting, choice, space.lower(uniform_row(space, layout, setting, choice)));
    }
}

BlockCosts block_costs(const Space& space, const BlockLayout& layout) {
    BlockCosts costs{std::vector<BlockCost>(static_cast<std::size_t>(layout.features())),
                     std::vector<BlockCost>(static_cast<std::size_t>(layout.settings())),
                     {}};
    visit_uniform(space, layout, [&](int setting, int choice, const OpGraph& graph) {
        std::map<BlockPlace, BlockCost> found = costs_by_place(graph);
        for (const BlockSlot& slot : layout.slots()) {
            const auto place = found.find({slot.unit, slot.layer});
            if (place == found.end() || choice >= slot.choices)
                continue;
            costs.of_feature[static_cast<std::size_t>(
                layout.block_feature(setting, slot.effect, choice))] = place->second;
        }
        if (choice > 0)
            return;
        for (const BlockSlot& slot : layout.slots())
            found.erase({slot.unit, slot.layer});
        for (const auto& [place, cost] : found) {
            for (std::size_t kind = 0; kind < cost.size(); ++kind)
                costs.fixed[static_cast<std::size_t>(setting)][kind] += cost[kind];
        }
    });
    scale_moved(costs, layout.settings() * layout.effect_choices());
    return costs;
}

std::vector<std::vector<double>> block_signatures(const Space& space, const BlockLayout& layout) {
    std::vector<std::vector<double>> signatures(layout.slots().size());
    visit_uniform(space, layout, [&](int, int choice, const OpGraph& graph) {
        const std::map<BlockPlace, BlockCost> found = costs_by_place(graph);
        for (std::size_t i = 0; i < signatures.size(); ++i) {
            const BlockSlot& slot = layout.slots()[i];
            const auto place = found.find({slot.unit, slot.layer});
            if (place != found.end() && choice < slot.choices)
                signatures[i].insert(signatures[i].end(), place->second.begin(),
                                     place->second.end());
        }
    });
    return signatures;
}

}  // namespace latpred
