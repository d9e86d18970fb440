#include "encodings/cell_graph.hpp"

#include <array>
#include <utility>

#include "base/index.hpp"
#include "graphs/cell.hpp"

namespace latpred {
namespace {

constexpr std::size_t count = 8;
constexpr std::size_t output = count - 1;
constexpr GeneValue none = 0;
constexpr GeneValue skip = 1;

using Edges = std::array<std::array<bool, count>, count>;

/// Node k + 1 is edge k of the cell; edges of the cell that meet in a node of it are joined here.
constexpr std::array<std::pair<std::size_t, std::size_t>, 10> cell_joins{
    {{0, 1}, {0, 2}, {0, 4}, {1, 3}, {1, 5}, {2, 6}, {3, 6}, {4, 7}, {5, 7}, {6, 7}}};

void isolate(Edges& edges, std::size_t node) {
    for (std::size_t other = 0; other < count; ++other)
        edges[node][other] = edges[other][node] = false;
}

void bridge(Edges& edges, std::size_t node) {
    for (std::size_t from = 0; from < node; ++from) {
        for (std::size_t to = node + 1; edges[from][node] && to < count; ++to)
            edges[from][to] = edges[from][to] || edges[node][to];
    }
    isolate(edges, node);
}

void prune(Edges& edges) {
    std::array<bool, count> reached{true};
    std::array<bool, count> useful{};
    useful[output] = true;
    for (std::size_t from = 0; from < count; ++from) {
        for (std::size_t to = from + 1; to < count; ++to)
            reached[to] = reached[to] || (reached[from] && edges[from][to]);
    }
    for (std::size_t to = count; to-- > 0;) {
        for (std::size_t from = 0; from < to; ++from)
            useful[from] = useful[from] || (useful[to] && edges[from][to]);
    }
    for (std::size_t node = 0; node < count; ++node) {
        if (!reached[node] || !useful[node])
            isolate(edges, node);
    }
}

}  // namespace

std::vector<std::string> CellGraph::feature_names() const {
    std::vector<std::string> names{"output", "input"};
    for (const auto& operation : cell_operations)
        names.emplace_back(operation);
    return names;
}

void CellGraph::write(std::span<const GeneValue> row, std::span<float> features,
                      std::span<float> adjacency) const {
    constexpr std::size_t width = 2 + cell_operations.size();
    Edges edges{};
    for (const auto& [from, to] : cell_joins)
        edges[from][to] = true;
    features[1] = 1.0F;
    features[output * width] = 1.0F;
    for (std::size_t edge = 0; edge < row.size(); ++edge) {
        features[(edge + 1) * width + 2 + as_index(row[edge])] = 1.0F;
        if (row[edge] == none)
            isolate(edges, edge + 1);
    }
    for (std::size_t edge = 0; edge < row.size(); ++edge) {
        if (row[edge] == skip)
            bridge(edges, edge + 1);
    }
    prune(edges);
    for (std::size_t from = 0; from < count; ++from) {
        for (std::size_t to = 0; to < count; ++to)
            adjacency[from * count + to] = edges[from][to] ? 1.0F : 0.0F;
    }
}

}  // namespace latpred
