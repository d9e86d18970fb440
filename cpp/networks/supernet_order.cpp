#include "networks/supernet_order.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "networks/channel_groups.hpp"

namespace latpred {
namespace {

/// The array as blocks of `inner` values, `inner` behind each other along dimension `d`.
struct Along {
    std::size_t outer = 1;
    std::size_t length;
    std::size_t inner = 1;

    Along(const NamedArray& array, std::size_t d)
        : length(static_cast<std::size_t>(array.shape[d])) {
        for (std::size_t i = 0; i < array.shape.size(); ++i) {
            if (i != d)
                (i < d ? outer : inner) *= static_cast<std::size_t>(array.shape[i]);
        }
    }
};

/// Entry i of dimension `d` becomes what entry order[i] was.
void permute(NamedArray& array, std::size_t d, const std::vector<std::size_t>& order) {
    const Along along(array, d);
    const std::vector<float> before = array.values;
    for (std::size_t outer = 0; outer < along.outer; ++outer) {
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::size_t row = outer * along.length;
            std::copy_n(before.begin() + static_cast<long>((row + order[i]) * along.inner),
                        along.inner,
                        array.values.begin() + static_cast<long>((row + i) * along.inner));
        }
    }
}

/// Inputs of a weight by descending sum of |weight|; of equal ones the first comes first.
std::vector<std::size_t> importance_order(const NamedArray& weight, std::size_t channels) {
    const Along along(weight, 1);
    std::vector<double> sums(channels);
    for (std::size_t outer = 0; outer < along.outer; ++outer) {
        for (std::size_t i = 0; i < channels; ++i) {
            const float* first = &weight.values[(outer * along.length + i) * along.inner];
            for (std::size_t k = 0; k < along.inner; ++k)
                sums[i] += std::abs(static_cast<double>(first[k]));
        }
    }
    std::vector<std::size_t> order(channels);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return sums[i]; });
    return order;
}

/// The parameters of one network as entries of the supernet.
class NetworkEntries {
  public:
    NetworkEntries(const Space& space, std::span<const GeneValue> row, const OpGraph& graph)
        : specs_(parameters_of(graph)), names_(entries_of(space, row, graph, specs_)) {}

    /// Calls `body` with the entry and role of each parameter of an operator.
    template <class Body>
    void of(int op, Body&& body) const {
        for (const ParameterSpec& spec : specs_) {
            if (spec.op == op)
                body(names_.at(spec.name), spec.role);
        }
    }

    [[nodiscard]] std::string weight(int op) const {
        std::string name;
        of(op, [&](const std::string& entry, ParameterRole role) {
            if (role == ParameterRole::weight)
                name = entry;
        });
        return name;
    }

  private:
    std::vector<ParameterSpec> specs_;
    std::map<std::string, std::string> names_;
};

/// Whether the number of channels is a choice.
bool elastic(const ChannelGroup& group, const NetworkEntries& entries,
             const SupernetLayout& layout) {
    const SupernetEntry& entry = layout.at(entries.weight(group.readers.back()));
    return entry.least[1] < entry.spec.shape[1];
}

}  // namespace

void order_channels(const Space& space, SupernetState& state) {
    const std::vector<GeneValue> row = largest_row(space, state.scope);
    const OpGraph graph = space.lower(row);
    const NetworkEntries entries(space, row, graph);
    for (const ChannelGroup& group : inner_channels(graph)) {
        if (!elastic(group, entries, state.layout))
            continue;
        const std::vector<std::size_t> order =
            importance_order(state.arrays.at(entries.weight(group.readers.back())), group.channels);
        for (const int op : group.holders) {
            entries.of(op, [&](const std::string& entry, ParameterRole) {
                permute(state.arrays.at(entry), 0, order);
            });
        }
        for (const int op : group.readers)
            permute(state.arrays.at(entries.weight(op)), 1, order);
    }
}

}  // namespace latpred
