#include "neural/device_graphs.hpp"

#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "encodings/cell_graph.hpp"

namespace latpred {
namespace {

constexpr std::size_t cell_nodes = 8;
constexpr std::size_t cell_columns = 7;

/// Nodes and edges of the unique cells behind those of `batch`.
void add_cells(const Architectures& archs, GraphBatch& batch) {
    std::vector<float> features(archs.size() * cell_nodes * cell_columns);
    std::vector<float> adjacency(archs.size() * cell_nodes * cell_nodes);
    CellGraph(archs.space_ptr()).encode(archs, features, adjacency);
    std::vector<std::int64_t> sources;
    std::vector<std::int64_t> targets;
    for (std::size_t cell = 0; cell < archs.size(); ++cell) {
        const float* joined = adjacency.data() + cell * cell_nodes * cell_nodes;
        std::vector<bool> used(cell_nodes, false);
        used.back() = true;  // of a cell without a way: its output stays
        for (std::size_t to = 0; to < cell_nodes; ++to) {
            for (std::size_t from = 0; from < cell_nodes; ++from) {
                if (joined[from * cell_nodes + to] == 0)
                    continue;
                used[from] = used[to] = true;
                sources.push_back(static_cast<std::int64_t>(cell * cell_nodes + from));
                targets.push_back(static_cast<std::int64_t>(cell * cell_nodes + to));
            }
        }
        for (std::size_t node = 0; node < cell_nodes; ++node) {
            const float* row = features.data() + (cell * cell_nodes + node) * cell_columns;
            batch.nodes.push_back(
                static_cast<float>(std::max_element(row, row + cell_columns) - row));
            batch.nodes.push_back(used[node] ? 0.0F : 1.0F);
        }
        batch.offsets.push_back(static_cast<std::int64_t>((cell + 1) * cell_nodes));
    }
    batch.edges = std::move(sources);
    batch.edges.insert(batch.edges.end(), targets.begin(), targets.end());
}

void add_bags(const Architectures& archs, GraphBatch& batch) {
    for (std::size_t i = 0; i < archs.size(); ++i) {
        for (const GeneValue gene : archs.row(i)) {
            batch.nodes.push_back(static_cast<float>(gene));
            batch.nodes.push_back(0);
        }
        batch.offsets.push_back(static_cast<std::int64_t>((i + 1) * archs.columns()));
    }
}

}  // namespace

OperationGraphs::OperationGraphs(const Space& space, bool cell) : cell_(cell) {
    if (cell && space.family().name() != "nas-bench-201")
        throw ConfigError(
            message("input 'cell': networks of nas-bench-201 expected, got ", space.description()));
    if (space.gene_count() == 0)
        throw ConfigError("input 'bag': networks with choices expected");
}

StackData OperationGraphs::read(const Architectures& archs, bool each_once, int /*threads*/) const {
    std::map<std::vector<GeneValue>, std::int64_t> known;
    std::vector<std::size_t> firsts;
    GraphBatch batch;
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const std::span<const GeneValue> row = archs.row(i);
        const auto [found, fresh] =
            known.try_emplace({row.begin(), row.end()}, static_cast<std::int64_t>(known.size()));
        if (fresh)
            firsts.push_back(i);
        batch.index.push_back(found->second);
    }
    batch.feature_names = {"operation", "unused"};
    const Architectures unique = archs.select(firsts);
    if (cell_)
        add_cells(unique, batch);
    else
        add_bags(unique, batch);
    StackData data;
    data.graphs = std::make_shared<const GraphBatch>(checked(std::move(batch)));
    data.graph = data.graphs->index;
    if (each_once) {
        data.graph.resize(data.graphs->graphs());
        std::iota(data.graph.begin(), data.graph.end(), std::int64_t{0});
    }
    data.rows = data.graph.size();
    return data;
}

}  // namespace latpred
