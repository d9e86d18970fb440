#include "spaces/cost_account.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/index.hpp"
#include "graphs/costs.hpp"
#include "graphs/graph_builder.hpp"
#include "graphs/traffic.hpp"

namespace latpred {
namespace {

class Accountant {
  public:
    Accountant(const OpGraph& graph, const PlaceMap& map)
        : graph_(graph), traffic_(traffic_of(graph)),
          kernel_place_(as_index(graph.group_count), none) {
        account_.places.assign(map.places().size(), CostRow{});
        account_.peaks.assign(map.places().size(), 0);
        account_.fused = account_.alive = PlaceSets(map.places().size());
        of(account_.places.front(), CostKind::height) = graph.input_shape().height;
        for (const Op& op : graph.ops) {
            place_.push_back(op.kind == OpKind::input ? 0 : map.place_of(op));
            if (op.group >= 0 && kernel_place_[as_index(op.group)] == none)
                kernel_place_[as_index(op.group)] = place_.back();
        }
    }

    CostAccount operator()() && {
        for (std::size_t i = 0; i < graph_.ops.size(); ++i)
            count_operator(graph_.ops[i], account_.places[place_[i]]);
        count_kernels();
        count_blocks();
        find_fused();
        find_alive();
        return std::move(account_);
    }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    static std::int64_t& of(CostRow& row, CostKind kind) {
        return row[static_cast<std::size_t>(kind)];
    }

    void count_operator(const Op& op, CostRow& row) const {
        const std::int64_t macs = macs_of(graph_, op);
        of(row, CostKind::macs) += macs;
        of(row, CostKind::params) += params_of(graph_, op);
        // Bytes are counted as moved values and parameters, of which not all need be read.
        of(row, CostKind::moved) += weights_read_of(graph_, op) - params_of(graph_, op);
        ++of(row, CostKind::ops);
        if (op.kind == OpKind::multiply)
            ++of(row, CostKind::products);
        if (op.kind != OpKind::conv)
            return;
        const Shape& in = graph_.input_shape(op);
        if (op.window.groups > 1 && op.window.groups == in.channels) {
            of(row, CostKind::depthwise_macs) += macs;
            ++of(row, CostKind::depthwise_ops);
        } else if (in.height == 1 && in.width == 1) {
            of(row, CostKind::vector_macs) += macs;
        } else if (op.window.kernel_h == 1 && op.window.kernel_w == 1) {
            of(row, CostKind::pointwise_macs) += macs;
        }
    }

    void count_kernels() {
        for (std::size_t kernel = 0; kernel < kernel_place_.size(); ++kernel) {
            CostRow& row = account_.places[kernel_place_[kernel]];
            ++of(row, CostKind::kernels);
            of(row, CostKind::written) += traffic_.elements[kernel];
            of(row, CostKind::moved) += traffic_.elements[kernel];
            std::int64_t& peak = account_.peaks[kernel_place_[kernel]];
            peak = std::max(peak, traffic_.live[kernel]);
        }
        for (const BufferRead& read : traffic_.reads) {
            of(account_.places[place_[as_index(read.op)]], CostKind::moved) +=
                traffic_.elements[as_index(read.buffer)];
        }
    }

    /// A block begins where unit and layer change; operators of several places in one block, or
    /// blocks that come back, tie their places.
    void count_blocks() {
        std::map<std::pair<int, int>, std::size_t> first;
        std::pair<int, int> block{-1, -1};
        std::size_t before = 0;
        for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
            const Op& op = graph_.ops[i];
            if (op.unit < 0)
                continue;
            if (std::pair(op.unit, op.layer) != block) {
                block = {op.unit, op.layer};
                ++of(account_.places[place_[i]], CostKind::blocks);
                const auto [found, fresh] = first.emplace(block, place_[i]);
                if (!fresh) {
                    account_.fused.tie(found->second, place_[i]);
                    account_.fused.tie(before, place_[i]);
                }
            } else if (place_[i] != before) {
                account_.fused.tie(before, place_[i]);
            }
            before = place_[i];
        }
    }

    /// Whether an operator joins its source's kernel depends on what else reads the source.
    void find_fused() {
        std::vector<bool> joinable(graph_.ops.size(), false);
        for (const Op& op : graph_.ops) {
            if (op.input_count > 0 && (joins_its_input(op.kind) || costs_no_kernel(op.kind))) {
                const std::size_t source = as_index(graph_.inputs_of(op).front());
                joinable[source] = graph_.ops[source].input_count > 0;
            }
        }
        for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
            for (int source : graph_.inputs_of(graph_.ops[i])) {
                if (joinable[as_index(source)] && place_[as_index(source)] != place_[i])
                    account_.fused.tie(place_[as_index(source)], place_[i]);
            }
        }
    }

    /// Where one value alone is alive between kernels of two places, the next place reads it and
    /// knows its shape; any other value that crosses ties all places that it touches. Within a
    /// place lives what entered it or is its own.
    void find_alive() {
        std::vector<std::size_t> alive{kernel_place_.size()};
        for (std::size_t kernel = 0; kernel + 1 < kernel_place_.size(); ++kernel) {
            alive.push_back(kernel);
            std::erase_if(alive, [&](std::size_t buffer) {
                return traffic_.last_use[buffer] == static_cast<int>(kernel);
            });
            const std::size_t here = kernel_place_[kernel];
            const std::size_t next = kernel_place_[kernel + 1];
            if (here == next || alive.size() <= 1)
                continue;
            account_.alive.tie(here, next);
            for (std::size_t buffer : alive) {
                if (buffer < kernel_place_.size())
                    account_.alive.tie(here, kernel_place_[buffer]);
                if (traffic_.last_use[buffer] >= 0)
                    account_.alive.tie(here, kernel_place_[as_index(traffic_.last_use[buffer])]);
            }
        }
    }

    const OpGraph& graph_;
    Traffic traffic_;
    std::vector<std::size_t> place_;         ///< of each operator
    std::vector<std::size_t> kernel_place_;  ///< where each kernel begins
    CostAccount account_;
};

}  // namespace

PlaceSets::PlaceSets(std::size_t places) : parent_(places) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
}

std::size_t PlaceSets::first(std::size_t place) const {
    while (parent_[place] != place)
        place = parent_[place];
    return place;
}

void PlaceSets::tie(std::size_t a, std::size_t b) {
    const std::size_t x = first(a);
    const std::size_t y = first(b);
    parent_[std::max(x, y)] = std::min(x, y);
}

void PlaceSets::tie(const PlaceSets& others) {
    for (std::size_t place = 0; place < others.size(); ++place)
        tie(place, others.first(place));
}

bool PlaceSets::hold(const PlaceSets& others) const {
    for (std::size_t place = 0; place < others.size(); ++place) {
        if (first(place) != first(others.first(place)))
            return false;
    }
    return true;
}

std::int64_t CostAccount::peak() const {
    return *std::ranges::max_element(peaks);
}

CostAccount account_of(const OpGraph& graph, const PlaceMap& map) {
    return Accountant(graph, map)();
}

std::int64_t value_of(const CostSum& sum, const CostAccount& account, const PlaceMap& map) {
    std::int64_t value = 0;
    for (std::size_t p = 0; p < account.places.size(); ++p) {
        if (!sum.counts(map.places()[p].unit))
            continue;
        for (const auto& [kind, weight] : sum.terms)
            value += weight * account.places[p][static_cast<std::size_t>(kind)];
    }
    return value;
}

}  // namespace latpred
