#include "networks/channel_groups.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace latpred {
namespace {

/// Operators whose outputs have the same channels, by union and find.
class SameChannels {
  public:
    explicit SameChannels(std::size_t ops) : parent_(ops), fixed_(ops, false) {
        std::iota(parent_.begin(), parent_.end(), 0);
    }

    int find(int op) {
        while (parent_[at(op)] != op)
            op = parent_[at(op)] = parent_[at(parent_[at(op)])];
        return op;
    }
    void join(int a, int b) {
        const int to = find(a);
        const int from = find(b);
        fixed_[at(to)] = fixed_[at(to)] || fixed_[at(from)];
        parent_[at(from)] = to;
    }
    void fix(int op) { fixed_[at(find(op))] = true; }
    bool fixed(int op) { return fixed_[at(find(op))]; }

  private:
    static std::size_t at(int op) { return static_cast<std::size_t>(op); }

    std::vector<int> parent_;
    std::vector<bool> fixed_;
};

bool reads_all(const Op& op) {
    return op.kind == OpKind::linear || (op.kind == OpKind::conv && op.window.groups == 1);
}

/// Whether channel i of the output depends on channel i of the inputs alone.
bool hands_on(const OpGraph& graph, const Op& op) {
    switch (op.kind) {
    case OpKind::batch_norm:
    case OpKind::activation:
    case OpKind::multiply:
    case OpKind::avg_pool:
    case OpKind::max_pool:
    case OpKind::global_pool:
    case OpKind::identity:
        return true;
    case OpKind::conv:
        return op.window.groups == op.shape.channels &&
               op.window.groups == graph.input_shape(op).channels;
    case OpKind::flatten:
        return op.shape.channels == graph.input_shape(op).channels;
    default:
        return false;
    }
}

SameChannels same_channels(const OpGraph& graph) {
    SameChannels same(graph.ops.size());
    for (int number = 0; std::cmp_less(number, graph.ops.size()); ++number) {
        const Op& op = graph.ops[static_cast<std::size_t>(number)];
        const bool dense = reads_all(op);
        const bool joined = !dense && hands_on(graph, op);
        if (!dense && !joined)
            same.fix(number);
        for (const int input : graph.inputs_of(op)) {
            if (joined)
                same.join(input, number);
            else if (!dense)
                same.fix(input);
        }
    }
    same.fix(static_cast<int>(graph.ops.size()) - 1);
    return same;
}

}  // namespace

std::vector<ChannelGroup> inner_channels(const OpGraph& graph) {
    SameChannels same = same_channels(graph);
    std::map<int, ChannelGroup> groups;
    std::map<int, std::pair<int, int>> blocks;
    const auto place = [&](int representative, const Op& op) {
        const std::pair block(op.unit, op.layer);
        if (blocks.try_emplace(representative, block).first->second != block)
            same.fix(representative);
    };
    for (int number = 0; std::cmp_less(number, graph.ops.size()); ++number) {
        const Op& op = graph.ops[static_cast<std::size_t>(number)];
        ChannelGroup& own = groups[same.find(number)];
        own.channels = static_cast<std::size_t>(op.shape.channels);
        own.holders.push_back(number);
        place(same.find(number), op);
        if (!reads_all(op))
            continue;
        const int input = same.find(graph.inputs_of(op).front());
        groups[input].readers.push_back(number);
        place(input, op);
    }
    std::vector<ChannelGroup> inner;
    for (auto& [representative, group] : groups) {
        if (!same.fixed(representative) && !group.readers.empty())
            inner.push_back(std::move(group));
    }
    return inner;
}

}  // namespace latpred
