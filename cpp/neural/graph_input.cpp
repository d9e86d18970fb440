#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/graph_input_impl.hpp"

namespace latpred {
namespace {

constexpr std::uintptr_t line_bytes = 64;  // at whose multiples LibTorch's own tensors begin

using Joined = std::pair<std::int32_t, std::int32_t>;  // source, target

/// Of edges by target, in the order in which they come.
EdgeList by_target(std::span<const Joined> joined, std::span<const float> weights,
                   std::int64_t nodes, bool turned) {
    EdgeList list;
    list.starts.assign(static_cast<std::size_t>(nodes) + 1, 0);
    for (const auto& [source, target] : joined)
        ++list.starts[static_cast<std::size_t>(turned ? source : target) + 1];
    std::partial_sum(list.starts.begin(), list.starts.end(), list.starts.begin());
    std::vector<std::int32_t> next(list.starts.begin(), list.starts.end() - 1);
    list.from.resize(joined.size());
    list.weights.resize(joined.size());
    for (std::size_t e = 0; e < joined.size(); ++e) {
        const auto [source, target] = joined[e];
        const auto place =
            static_cast<std::size_t>(next[static_cast<std::size_t>(turned ? source : target)]++);
        list.from[place] = turned ? target : source;
        list.weights[place] = weights[e];
    }
    return list;
}

EdgePairPtr pair_of(std::span<const Joined> joined, std::span<const float> weights,
                    std::int64_t sources, std::int64_t targets) {
    return std::make_shared<const EdgePair>(EdgePair{by_target(joined, weights, targets, false),
                                                     by_target(joined, weights, sources, true)});
}

/// 1 / number of edges into the target, or over the roots of those of both ends; 1 where none.
std::vector<float> edge_weights(std::span<const Joined> joined, const std::string& normalise,
                                std::int64_t nodes) {
    std::vector<float> weights(joined.size(), 1.0F);
    if (normalise == "none")
        return weights;
    std::vector<float> degree(static_cast<std::size_t>(nodes), 0.0F);
    for (const auto& [source, target] : joined)
        ++degree[static_cast<std::size_t>(target)];
    const auto least = [&](std::int32_t node) {
        return std::max(degree[static_cast<std::size_t>(node)], 1.0F);
    };
    for (std::size_t e = 0; e < joined.size(); ++e) {
        const auto [source, target] = joined[e];
        weights[e] =
            normalise == "rows" ? 1 / least(target) : 1 / std::sqrt(least(source) * least(target));
    }
    return weights;
}

/// Adds the pairs of nodes of each graph that no edge joins, of weight 0.
void join_all(std::span<const std::int64_t> offsets, std::vector<Joined>& joined,
              std::vector<float>& weights) {
    std::set<Joined> known(joined.begin(), joined.end());
    for (std::size_t b = 0; b + 1 < offsets.size(); ++b) {
        for (auto target = offsets[b]; target < offsets[b + 1]; ++target) {
            for (auto source = offsets[b]; source < offsets[b + 1]; ++source) {
                const Joined pair{static_cast<std::int32_t>(source),
                                  static_cast<std::int32_t>(target)};
                if (!known.contains(pair))
                    joined.push_back(pair);
            }
        }
    }
    weights.resize(joined.size(), 0.0F);
}

}  // namespace

GraphTensors::GraphTensors(const GraphBatch& batch, std::span<const std::int64_t> graphs,
                           bool global_node)
    : graphs_(static_cast<std::int64_t>(graphs.size())) {
    for (const std::int64_t graph : graphs) {
        if (graph < 0 || static_cast<std::size_t>(graph) >= batch.graphs())
            throw ConfigError(message("graph ", graph, " of ", batch.graphs()));
        const auto width = static_cast<std::int64_t>(batch.width(static_cast<std::size_t>(graph)));
        offsets_.push_back(offsets_.back() + width + (global_node ? 1 : 0));
    }
    if (nodes() > std::numeric_limits<std::int32_t>::max() / 2)
        throw ConfigError(message("a minibatch of ", nodes(), " nodes, below 2^30 expected"));
    copy_features(batch, graphs, global_node);
    collect_edges(batch, graphs, global_node);
    owners_ = at::empty({nodes()}, at::kLong);
    auto* owner = owners_.mutable_data_ptr<std::int64_t>();
    for (std::int64_t b = 0; b < graphs_; ++b)
        std::fill(owner + offsets_[static_cast<std::size_t>(b)],
                  owner + offsets_[static_cast<std::size_t>(b) + 1], b);
}

void GraphTensors::copy_features(const GraphBatch& batch, std::span<const std::int64_t> graphs,
                                 bool global_node) {
    const auto width = static_cast<std::int64_t>(batch.features());
    const bool in_a_row =
        !global_node && !graphs.empty() && std::ranges::adjacent_find(graphs, [](auto a, auto b) {
                                               return b != a + 1;
                                           }) == graphs.end();
    const float* first =
        in_a_row
            ? batch.nodes.data() + batch.offsets[static_cast<std::size_t>(graphs.front())] * width
            : nullptr;
    // Matrix products of numbers that begin elsewhere in a line of the cache may end in other bits.
    if (in_a_row && reinterpret_cast<std::uintptr_t>(first) % line_bytes == 0) {
        features_ = at::from_blob(const_cast<float*>(first), {nodes(), width},
                                  at::TensorOptions(at::kFloat));
        return;
    }
    const std::int64_t columns = width + (global_node ? 1 : 0);
    features_ = at::zeros({nodes(), columns}, at::kFloat);
    auto* out = features_.mutable_data_ptr<float>();
    for (const std::int64_t graph : graphs) {
        const auto u = static_cast<std::size_t>(graph);
        const float* row = batch.nodes.data() + batch.offsets[u] * width;
        for (std::size_t i = 0; i < batch.width(u); ++i, row += width, out += columns)
            std::copy_n(row, width, out);
        if (global_node) {
            out[width] = 1;
            out += columns;
        }
    }
}

void GraphTensors::collect_edges(const GraphBatch& batch, std::span<const std::int64_t> graphs,
                                 bool global_node) {
    for (std::size_t b = 0; b < graphs.size(); ++b) {
        const auto u = static_cast<std::size_t>(graphs[b]);
        const std::int64_t shift = offsets_[b] - batch.offsets[u];
        for (auto e = batch.edge_offsets[u]; e < batch.edge_offsets[u + 1]; ++e) {
            const auto edge = static_cast<std::size_t>(e);
            sources_.push_back(static_cast<std::int32_t>(batch.sources()[edge] + shift));
            targets_.push_back(static_cast<std::int32_t>(batch.targets()[edge] + shift));
        }
        if (!global_node)
            continue;
        const auto last = static_cast<std::int32_t>(offsets_[b + 1] - 1);
        for (auto i = static_cast<std::int32_t>(offsets_[b]); i < last; ++i) {
            sources_.push_back(i);
            targets_.push_back(last);
        }
    }
}

std::int64_t GraphTensors::common_width() const {
    const std::int64_t width = graphs_ == 0 ? 0 : nodes() / graphs_;
    for (std::size_t b = 0; b + 1 < offsets_.size(); ++b) {
        if (offsets_[b + 1] - offsets_[b] != width)
            return 0;
    }
    return width;
}

at::Tensor GraphTensors::firsts() const {
    at::Tensor found = at::empty({graphs_}, at::kLong);
    std::copy_n(offsets_.begin(), graphs_, found.mutable_data_ptr<std::int64_t>());
    return found;
}

at::Tensor GraphTensors::lasts() const {
    at::Tensor found = at::empty({graphs_}, at::kLong);
    std::transform(offsets_.begin() + 1, offsets_.end(), found.mutable_data_ptr<std::int64_t>(),
                   [](std::int64_t end) { return end - 1; });
    return found;
}

const EdgePairPtr& GraphTensors::edges(const Neighbours& neighbours) const {
    EdgePairPtr& found = edges_[neighbours];
    if (found)
        return found;
    std::vector<Joined> joined;
    joined.reserve(2 * sources_.size() + static_cast<std::size_t>(nodes()));
    for (std::size_t e = 0; e < sources_.size(); ++e) {
        if (neighbours.direction != "successors")
            joined.emplace_back(sources_[e], targets_[e]);
        if (neighbours.direction != "predecessors")
            joined.emplace_back(targets_[e], sources_[e]);
    }
    const auto loops = static_cast<std::int32_t>(neighbours.self_loops ? nodes() : 0);
    for (std::int32_t i = 0; i < loops; ++i)
        joined.emplace_back(i, i);
    std::vector<float> weights = edge_weights(joined, neighbours.normalise, nodes());
    if (neighbours.all_pairs)
        join_all(offsets_, joined, weights);
    found = pair_of(joined, weights, nodes(), nodes());
    return found;
}

const EdgePairPtr& GraphTensors::membership() const {
    if (membership_)
        return membership_;
    const std::vector<float> ones(static_cast<std::size_t>(nodes()), 1.0F);
    membership_ = weighted_membership(ones);
    return membership_;
}

EdgePairPtr GraphTensors::weighted_membership(std::span<const float> weights) const {
    std::vector<Joined> joined;
    for (std::int64_t b = 0; b < graphs_; ++b) {
        for (auto i = offsets_[static_cast<std::size_t>(b)];
             i < offsets_[static_cast<std::size_t>(b) + 1]; ++i)
            joined.emplace_back(static_cast<std::int32_t>(i), static_cast<std::int32_t>(b));
    }
    return pair_of(joined, weights, nodes(), graphs_);
}

}  // namespace latpred
