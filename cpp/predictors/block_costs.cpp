#include "predictors/block_costs.hpp"

#include <algorithm>
#include <optional>

#include "graphs/costs.hpp"
#include "graphs/graph_builder.hpp"
#include "spaces/place_map.hpp"

namespace latpred {
namespace {

enum BlockCostKind {
    dense_macs,
    grouped_macs,
    dense_moved,
    grouped_moved,
    pointwise_moved,
    grouped_read,
    kernels,
    parameters
};

using Row = std::vector<GeneValue>;

double input_elements(const OpGraph& graph, const Op& op) {
    double elements = 0;
    for (int source : graph.inputs_of(op))
        elements +=
            static_cast<double>(graph.ops[static_cast<std::size_t>(source)].shape.elements());
    return elements;
}

void add_op(const OpGraph& graph, const Op& op, BlockCost& cost) {
    cost[parameters] += static_cast<double>(params_of(graph, op));
    if (joins_its_input(op.kind) || op.group < 0)
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

/// Costs of each place of one network.
std::vector<BlockCost> costs_by_place(const Space& space, std::span<const GeneValue> row) {
    const PlaceMap& map = space.places();
    const OpGraph graph = space.lower(row);
    std::vector<BlockCost> costs(map.places().size());
    std::vector<bool> counted(static_cast<std::size_t>(graph.group_count), false);
    for (const Op& op : graph.ops) {
        if (op.kind == OpKind::input)
            continue;
        BlockCost& cost = costs[map.place_of(op)];
        add_op(graph, op, cost);
        if (op.group < 0 || counted[static_cast<std::size_t>(op.group)])
            continue;
        counted[static_cast<std::size_t>(op.group)] = true;
        cost[kernels] += 1;
    }
    return costs;
}

/// An architecture in the making: genes that are decided, the others at their first choice.
struct Draft {
    Row row;
    std::vector<bool> decided;

    /// Decides genes, where all of them are free or as wished.
    bool decide(std::span<const int> columns, std::span<const GeneValue> values) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto column = static_cast<std::size_t>(columns[i]);
            if (decided[column] && row[column] != values[i])
                return false;
        }
        for (std::size_t i = 0; i < columns.size(); ++i) {
            row[static_cast<std::size_t>(columns[i])] = values[i];
            decided[static_cast<std::size_t>(columns[i])] = true;
        }
        return true;
    }
};

/// Which slots a network shows at which joint choice.
struct Showcase {
    Row row;
    std::vector<std::pair<std::size_t, int>> shown;
};

Row deepest(const Space& space, const BlockLayout& layout) {
    Row row(space.gene_count(), 0);
    for (int column : layout.depth_columns())
        row[static_cast<std::size_t>(column)] =
            static_cast<GeneValue>(layout.choices_of(column) - 1);
    return row;
}

/// Whether the slot could be shown at `choice`; then it is.
bool show(const BlockLayout& layout, const BlockSlot& slot, int choice, Draft& draft) {
    std::vector<int> columns = slot.columns;
    std::vector<GeneValue> values = layout.split(slot.columns, choice);
    if (slot.gate >= 0 && std::ranges::count(columns, slot.gate) == 0) {
        columns.push_back(slot.gate);
        values.push_back(static_cast<GeneValue>(layout.choices_of(slot.gate) - 1));
    }
    return draft.decide(columns, values);
}

std::vector<Showcase> showcases(const Space& space, const BlockLayout& layout) {
    const std::vector<BlockSlot>& slots = layout.slots();
    std::vector<std::vector<int>> missing(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
        for (int choice = slots[i].choices; choice-- > 0;)
            missing[i].push_back(choice);
    }
    std::vector<Showcase> found;
    for (bool more = true; more;) {
        more = false;
        Draft draft{deepest(space, layout), std::vector<bool>(space.gene_count(), false)};
        Showcase next;
        for (std::size_t i = 0; i < slots.size(); ++i) {
            for (std::size_t k = missing[i].size(); k-- > 0;) {
                const int choice = missing[i][k];
                if (!show(layout, slots[i], choice, draft))
                    continue;
                missing[i].erase(missing[i].begin() + static_cast<std::ptrdiff_t>(k));
                next.shown.emplace_back(i, choice);
                more = true;
                break;
            }
        }
        next.row = std::move(draft.row);
        if (more || found.empty())
            found.push_back(std::move(next));
    }
    return found;
}

void set_setting(const BlockLayout& layout, int setting, Row& row) {
    const std::vector<GeneValue> values = layout.split(layout.setting_columns(), setting);
    for (std::size_t i = 0; i < values.size(); ++i)
        row[static_cast<std::size_t>(layout.setting_columns()[i])] = values[i];
}

void add(const BlockCost& cost, double share, BlockCost& sum) {
    for (std::size_t kind = 0; kind < cost.size(); ++kind)
        sum[kind] += share * cost[kind];
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

std::vector<bool> gates_only_gate(const Space& space) {
    const std::span<const Place> places = space.places().places();
    std::vector<bool> only(places.size());
    GeneValue most = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        only[i] = places[i].gate >= 0;
        if (only[i]) {
            const Gene& gate = space.genes()[static_cast<std::size_t>(places[i].gate)];
            most = std::max(most, static_cast<GeneValue>(gate.choices() - 1));
        }
    }
    std::vector<std::optional<BlockCost>> first(places.size());
    for (GeneValue level = 0; most > 0 && level <= most; ++level) {
        Row row(space.gene_count(), 0);
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (!only[i])
                continue;
            const Gene& gate = space.genes()[static_cast<std::size_t>(places[i].gate)];
            row[static_cast<std::size_t>(places[i].gate)] =
                std::min(level, static_cast<GeneValue>(gate.choices() - 1));
        }
        const std::vector<BlockCost> costs = costs_by_place(space, row);
        for (std::size_t i = 0; i < places.size(); ++i) {
            const Place& place = places[i];
            if (!only[i] || row[static_cast<std::size_t>(place.gate)] < place.gate_from)
                continue;
            only[i] = !first[i] || *first[i] == costs[i];
            first[i] = costs[i];
        }
    }
    return only;
}

SlotCosts slot_costs(const Space& space, const BlockLayout& layout) {
    const std::vector<BlockSlot>& slots = layout.slots();
    const std::size_t places = space.places().places().size();
    SlotCosts costs;
    for (const BlockSlot& slot : slots) {
        costs.of_slot.emplace_back(static_cast<std::size_t>(layout.settings()) *
                                   static_cast<std::size_t>(slot.choices));
    }
    costs.fixed.resize(static_cast<std::size_t>(layout.settings()));
    std::vector<bool> in_slot(places, false);
    for (const BlockSlot& slot : slots) {
        if (slot.place < places)
            in_slot[slot.place] = true;
    }
    const std::vector<Showcase> all = showcases(space, layout);
    for (int setting = 0; setting < layout.settings(); ++setting) {
        for (std::size_t number = 0; number < all.size(); ++number) {
            Row row = all[number].row;
            set_setting(layout, setting, row);
            const std::vector<BlockCost> found = costs_by_place(space, row);
            for (const auto& [i, choice] : all[number].shown) {
                const BlockSlot& slot = slots[i];
                const auto entry = static_cast<std::size_t>(setting * slot.choices + choice);
                if (slot.place < places)
                    add(found[slot.place], 1.0 / slot.tables, costs.of_slot[i][entry]);
            }
            for (std::size_t place = 0; number == 0 && place < places; ++place) {
                if (!in_slot[place])
                    add(found[place], 1, costs.fixed[static_cast<std::size_t>(setting)]);
            }
        }
    }
    return costs;
}

BlockCosts block_costs(const BlockLayout& layout) {
    BlockCosts costs{std::vector<BlockCost>(static_cast<std::size_t>(layout.features())),
                     layout.costs().fixed,
                     {}};
    for (std::size_t i = 0; i < layout.slots().size(); ++i) {
        const BlockSlot& slot = layout.slots()[i];
        for (int setting = 0; setting < layout.settings(); ++setting) {
            for (int choice = 0; choice < slot.choices; ++choice) {
                costs.of_feature[static_cast<std::size_t>(
                    layout.block_feature(setting, slot.effect, choice))] =
                    layout.costs()
                        .of_slot[i][static_cast<std::size_t>(setting * slot.choices + choice)];
            }
        }
    }
    scale_moved(costs, layout.settings() * layout.effect_choices());
    return costs;
}

}  // namespace latpred
