#include "encodings/graph_batch.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

[[noreturn]] void refuse_batch(const std::string& what) {
    throw DataError("graph batch: " + what);
}

void check_nodes(const GraphBatch& batch) {
    const std::size_t width = batch.features();
    if (width == 0 || batch.nodes.size() % width != 0)
        refuse_batch("a name for each feature of the nodes, at least one, expected");
    const auto bad = std::ranges::find_if(batch.nodes, [](float v) { return !std::isfinite(v); });
    if (bad != batch.nodes.end()) {
        const auto at = static_cast<std::size_t>(bad - batch.nodes.begin());
        refuse_batch(message("node ", at / width, ", feature ", at % width, ": ", *bad,
                             ", finite numbers expected"));
    }
}

void check_offsets(const GraphBatch& batch) {
    const auto nodes = static_cast<std::int64_t>(batch.nodes.size() / batch.features());
    const std::vector<std::int64_t>& offsets = batch.offsets;
    if (offsets.empty() || offsets.front() != 0 || offsets.back() != nodes) {
        refuse_batch(message("offsets from 0 to the number of nodes (", nodes, ") expected",
                             offsets.empty()
                                 ? std::string()
                                 : message(", got ", offsets.front(), " to ", offsets.back())));
    }
    const auto fall = std::ranges::adjacent_find(offsets, std::greater_equal<>());
    if (fall != offsets.end()) {
        refuse_batch(message("offsets ascend, so that each graph has a node; ", *fall,
                             " is followed by ", fall[1]));
    }
}

void check_index(const GraphBatch& batch) {
    const auto graphs = static_cast<std::int64_t>(batch.graphs());
    for (std::size_t i = 0; i < batch.index.size(); ++i) {
        if (batch.index[i] < 0 || batch.index[i] >= graphs) {
            refuse_batch(message("index: network ", i, " has graph ", batch.index[i], ", one of ",
                                 graphs, " graphs expected"));
        }
    }
}

struct Edge {
    std::int64_t target = 0;
    std::int64_t source = 0;
    auto operator<=>(const Edge&) const = default;
};

/// The edges in order; each between nodes of one graph, none twice.
std::vector<Edge> checked_edges(const GraphBatch& batch) {
    if (batch.edges.size() % 2 != 0)
        refuse_batch("edges: as many sources as targets expected");
    const std::span<const std::int64_t> offsets = batch.offsets;
    const auto graph_of = [&](std::int64_t node) {
        return std::ranges::upper_bound(offsets, node) - offsets.begin() - 1;
    };
    std::vector<Edge> edges;
    for (std::size_t i = 0; i < batch.edge_count(); ++i) {
        const Edge edge{batch.targets()[i], batch.sources()[i]};
        if (std::min(edge.target, edge.source) < 0 ||
            std::max(edge.target, edge.source) >= offsets.back()) {
            refuse_batch(message("edge ", i, " from ", edge.source, " to ", edge.target,
                                 ": nodes from 0 to ", offsets.back() - 1, " expected"));
        }
        if (graph_of(edge.source) != graph_of(edge.target)) {
            refuse_batch(message("edge ", i, " from ", edge.source, " to ", edge.target,
                                 " joins graphs ", graph_of(edge.source), " and ",
                                 graph_of(edge.target), "; edges within a graph expected"));
        }
        edges.push_back(edge);
    }
    std::ranges::sort(edges);
    const auto twice = std::ranges::adjacent_find(edges);
    if (twice != edges.end()) {
        refuse_batch(
            message("the edge from ", twice->source, " to ", twice->target, " is there twice"));
    }
    return edges;
}

/// Kahn's algorithm: what cannot be put in order lies on a cycle or behind one.
void check_acyclic(const GraphBatch& batch) {
    const auto nodes = static_cast<std::size_t>(batch.offsets.back());
    std::vector<std::vector<std::int64_t>> fed(nodes);
    std::vector<std::size_t> waiting(nodes, 0);
    for (std::size_t i = 0; i < batch.edge_count(); ++i) {
        fed[static_cast<std::size_t>(batch.sources()[i])].push_back(batch.targets()[i]);
        ++waiting[static_cast<std::size_t>(batch.targets()[i])];
    }
    std::vector<std::size_t> ready;
    for (std::size_t node = 0; node < nodes; ++node) {
        if (waiting[node] == 0)
            ready.push_back(node);
    }
    for (std::size_t done = 0; done < ready.size(); ++done) {
        for (const std::int64_t target : fed[ready[done]]) {
            if (--waiting[static_cast<std::size_t>(target)] == 0)
                ready.push_back(static_cast<std::size_t>(target));
        }
    }
    if (ready.size() == nodes)
        return;
    const auto stuck = std::ranges::find_if(waiting, [](std::size_t w) { return w > 0; });
    refuse_batch(message("a cycle leads to node ", stuck - waiting.begin(),
                         "; graphs without cycles expected"));
}

void put_edges(GraphBatch& batch, const std::vector<Edge>& edges) {
    batch.edge_offsets.assign(1, 0);
    std::size_t next = 0;
    for (std::size_t u = 0; u < batch.graphs(); ++u) {
        while (next < edges.size() && edges[next].target < batch.offsets[u + 1])
            ++next;
        batch.edge_offsets.push_back(static_cast<std::int64_t>(next));
    }
    for (std::size_t i = 0; i < edges.size(); ++i) {
        batch.edges[i] = edges[i].source;
        batch.edges[edges.size() + i] = edges[i].target;
    }
}

/// "n0", "n1", … within each graph, where nodes have no names.
void put_names(GraphBatch& batch) {
    const auto nodes = static_cast<std::size_t>(batch.offsets.back());
    if (batch.name_of.empty()) {
        batch.names.clear();
        for (std::size_t i = 0; i < batch.widest(); ++i)
            batch.names.push_back(message("n", i));
        for (std::size_t u = 0; u < batch.graphs(); ++u) {
            for (std::size_t i = 0; i < batch.width(u); ++i)
                batch.name_of.push_back(static_cast<std::int32_t>(i));
        }
    }
    const auto known = static_cast<std::int64_t>(batch.names.size());
    const bool fits =
        std::ranges::all_of(batch.name_of, [&](std::int32_t n) { return n >= 0 && n < known; });
    if (batch.name_of.size() != nodes || !fits)
        refuse_batch(message("names of ", nodes, " nodes expected"));
}

/// Appends graph `u` of `batch` without its index.
void append_graph(GraphBatch& to, const GraphBatch& batch, std::size_t u) {
    const auto from = static_cast<std::ptrdiff_t>(batch.offsets[u]);
    const auto end = static_cast<std::ptrdiff_t>(batch.offsets[u + 1]);
    const auto width = static_cast<std::ptrdiff_t>(batch.features());
    to.nodes.insert(to.nodes.end(), batch.nodes.begin() + from * width,
                    batch.nodes.begin() + end * width);
    to.name_of.insert(to.name_of.end(), batch.name_of.begin() + from, batch.name_of.begin() + end);
    to.offsets.push_back(to.offsets.back() + (end - from));
    to.edge_offsets.push_back(to.edge_offsets.back() + batch.edge_offsets[u + 1] -
                              batch.edge_offsets[u]);
}

/// Appends the edges of graphs `kept`, whose nodes are there.
void append_edges_of(GraphBatch& to, const GraphBatch& batch, std::span<const std::size_t> kept) {
    const auto edges = static_cast<std::size_t>(to.edge_offsets.back());
    to.edges.resize(2 * edges);
    std::size_t next = 0;
    for (std::size_t k = 0; k < kept.size(); ++k) {
        const std::int64_t shift = to.offsets[k] - batch.offsets[kept[k]];
        const auto end = static_cast<std::size_t>(batch.edge_offsets[kept[k] + 1]);
        for (auto e = static_cast<std::size_t>(batch.edge_offsets[kept[k]]); e < end; ++e, ++next) {
            to.edges[next] = batch.sources()[e] + shift;
            to.edges[edges + next] = batch.targets()[e] + shift;
        }
    }
}

}  // namespace

std::size_t GraphBatch::widest() const {
    std::size_t most = 0;
    for (std::size_t u = 0; u < graphs(); ++u)
        most = std::max(most, width(u));
    return most;
}

bool GraphBatch::operator==(const GraphBatch& other) const {
    const auto same_name = [&](std::int32_t mine, std::int32_t theirs) {
        return names[static_cast<std::size_t>(mine)] ==
               other.names[static_cast<std::size_t>(theirs)];
    };
    return nodes == other.nodes && edges == other.edges && offsets == other.offsets &&
           index == other.index && feature_names == other.feature_names &&
           std::ranges::equal(name_of, other.name_of, same_name);
}

GraphBatch checked(GraphBatch batch) {
    check_nodes(batch);
    check_offsets(batch);
    check_index(batch);
    put_edges(batch, checked_edges(batch));
    check_acyclic(batch);
    put_names(batch);
    return batch;
}

GraphBatch pick(const GraphBatch& batch, std::span<const std::size_t> graphs) {
    GraphBatch chosen;
    chosen.feature_names = batch.feature_names;
    chosen.names = batch.names;
    std::vector<std::int64_t> number(batch.graphs(), -1);
    std::vector<std::size_t> kept;
    for (const std::size_t u : graphs) {
        if (number.at(u) < 0) {
            number[u] = static_cast<std::int64_t>(kept.size());
            kept.push_back(u);
            append_graph(chosen, batch, u);
        }
        chosen.index.push_back(number[u]);
    }
    append_edges_of(chosen, batch, kept);
    return chosen;
}

GraphBatch select(const GraphBatch& batch, std::span<const std::size_t> networks) {
    std::vector<std::size_t> graphs;
    for (const std::size_t network : networks) {
        if (network >= batch.networks()) {
            throw ConfigError(message("graph batch: network ", network, ", one of ",
                                      batch.networks(), " networks expected"));
        }
        graphs.push_back(static_cast<std::size_t>(batch.index[network]));
    }
    return pick(batch, graphs);
}

}  // namespace latpred
