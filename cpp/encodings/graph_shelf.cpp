#include "encodings/graph_shelf.hpp"

#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "base/index.hpp"

namespace latpred {
namespace {

template <class T>
std::string_view bytes_of(std::span<const T> values) {
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

struct SameGraph {
    std::size_t operator()(const ShelvedGraph* graph) const { return graph->hash; }
    bool operator()(const ShelvedGraph* a, const ShelvedGraph* b) const {
        return a == b || a->same_graph(*b);
    }
};

std::uint64_t content_hash(const ShelvedGraph& graph) {
    Hash64 hash;
    hash.bytes(bytes_of(std::span<const std::int32_t>(graph.rows)));
    for (const auto& [target, source] : graph.edges) {
        hash.value(static_cast<std::uint32_t>(target), 4);
        hash.value(static_cast<std::uint32_t>(source), 4);
    }
    return hash.digest();
}

void append_edges(GraphBatch& batch, std::span<const ShelvedGraph* const> graphs) {
    for (const ShelvedGraph* graph : graphs)
        batch.edge_offsets.push_back(batch.edge_offsets.back() +
                                     static_cast<std::int64_t>(graph->edges.size()));
    const auto edges = static_cast<std::size_t>(batch.edge_offsets.back());
    batch.edges.resize(2 * edges);
    std::size_t next = 0;
    for (std::size_t u = 0; u < graphs.size(); ++u) {
        for (const auto& [target, source] : graphs[u]->edges) {
            batch.edges[next] = batch.offsets[u] + source;
            batch.edges[edges + next++] = batch.offsets[u] + target;
        }
    }
}

}  // namespace

std::pair<std::int32_t, bool> ByteTable::number(std::string_view bytes) {
    const auto found = number_.find(bytes);
    if (found != number_.end())
        return {found->second, false};
    const auto fresh = static_cast<std::int32_t>(number_.size());
    number_.emplace(bytes, fresh);
    return {fresh, true};
}

std::size_t ShelvedGraph::bytes() const {
    return sizeof *this + 4 * (rows.capacity() + names.capacity() + 2 * edges.capacity());
}

GraphShelf::GraphShelf(const GraphLevel& level)
    : level_(level), feature_names_(level.feature_names()) {}

std::int32_t GraphShelf::row_of(std::span<const std::int64_t> numbers) {
    const auto [number, fresh] = numbers_.number(bytes_of(numbers));
    if (!fresh)
        return row_[as_index(number)];
    std::vector<float> features(feature_names_.size());
    level_.features(numbers, features);
    const auto [row, other] = rows_.number(bytes_of(std::span<const float>(features)));
    if (other)
        features_.insert(features_.end(), features.begin(), features.end());
    row_.push_back(row);
    return row;
}

ShelvedPtr GraphShelf::put(const GraphDrawing& drawing) {
    auto graph = std::make_shared<ShelvedGraph>();
    graph->rows.reserve(drawing.names.size());
    graph->names.reserve(drawing.names.size());
    const std::size_t width = level_.numbers();
    for (std::size_t node = 0; node < drawing.names.size(); ++node) {
        graph->rows.push_back(row_of(std::span(drawing.numbers).subspan(node * width, width)));
        const auto [name, fresh] = names_.number(drawing.names[node]);
        if (fresh)
            texts_.push_back(drawing.names[node]);
        graph->names.push_back(name);
    }
    graph->edges = drawing.edges;
    graph->edges.shrink_to_fit();
    graph->hash = content_hash(*graph);
    return graph;
}

GraphBatch GraphShelf::batch(std::span<const ShelvedPtr> networks) const {
    GraphBatch batch;
    batch.feature_names = feature_names_;
    batch.index.reserve(networks.size());
    std::unordered_map<const ShelvedGraph*, std::int64_t, SameGraph, SameGraph> number;
    std::vector<const ShelvedGraph*> graphs;
    for (const ShelvedPtr& network : networks) {
        const auto next = static_cast<std::int64_t>(graphs.size());
        const auto [found, fresh] = number.emplace(network.get(), next);
        if (fresh) {
            graphs.push_back(network.get());
            batch.offsets.push_back(batch.offsets.back() +
                                    static_cast<std::int64_t>(network->rows.size()));
        }
        batch.index.push_back(found->second);
    }
    const auto nodes = static_cast<std::size_t>(batch.offsets.back());
    const auto width = static_cast<std::ptrdiff_t>(feature_names_.size());
    batch.nodes.reserve(nodes * feature_names_.size());
    batch.name_of.reserve(nodes);
    std::vector<std::int32_t> used(texts_.size(), -1);
    for (const ShelvedGraph* graph : graphs) {
        for (const std::int32_t row : graph->rows) {
            const auto from = features_.begin() + row * width;
            batch.nodes.insert(batch.nodes.end(), from, from + width);
        }
        for (const std::int32_t name : graph->names) {
            std::int32_t& own = used[as_index(name)];
            if (own < 0) {
                own = static_cast<std::int32_t>(batch.names.size());
                batch.names.push_back(texts_[as_index(name)]);
            }
            batch.name_of.push_back(own);
        }
    }
    append_edges(batch, graphs);
    return batch;
}

std::size_t GraphShelf::bytes() const {
    // A numbered entry: its bytes, and about as much again for the table around it.
    constexpr std::size_t around = 64;
    const std::size_t features = feature_names_.size() * sizeof(float);
    return numbers_.size() * (8 * level_.numbers() + around) +
           rows_.size() * (2 * features + around) + names_.size() * (2 * around);
}

}  // namespace latpred
