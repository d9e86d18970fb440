#include "graphs/cell.hpp"

#include <string>
#include <vector>

namespace latpred {
namespace {

constexpr double eps = 1e-5;

/// Appends one edge; -1 where it carries nothing.
int edge(GraphBuilder& g, int from, std::int16_t operation, const std::string& part) {
    const int channels = g.shape(from).channels;
    switch (operation) {
    case 0:
        return -1;
    case 1:
        return from;
    case 2:
        return relu_conv_bn(g, from, channels, {}, part);
    case 3:
        return relu_conv_bn(g, from, channels, square(3, 1, 1), part);
    default:
        return g.avg_pool(from, square(3, 1, 1), false, false, part);
    }
}

}  // namespace

int relu_conv_bn(GraphBuilder& g, int from, int channels, const Window& window,
                 const std::string& part) {
    int x = g.activation(from, Activation::relu, part + ".relu");
    x = g.conv(x, channels, window, false, part);
    return g.batch_norm(x, eps, part + ".bn");
}

int cell(GraphBuilder& g, int from, std::span<const std::int16_t> edges) {
    constexpr int nodes = 4;
    std::vector<int> node{from};
    std::size_t next = 0;
    bool skipped = false;  // whether the last node is another one, by a skip alone
    for (int to = 1; to < nodes; ++to) {
        std::vector<int> sources;
        skipped = false;
        for (int source = 0; source < to; ++source) {
            const std::string part = "edge" + std::to_string(source) + std::to_string(to);
            const std::int16_t operation = edges[next++];
            const int value = edge(g, node[static_cast<std::size_t>(source)], operation, part);
            skipped = skipped || operation == 1;
            if (value >= 0)
                sources.push_back(value);
        }
        skipped = skipped && sources.size() == 1;
        const std::string part = "node" + std::to_string(to);
        if (sources.empty()) {
            node.push_back(g.zero(from, g.shape(from).channels, 1, part));
        } else {
            node.push_back(sources.size() == 1 ? sources.front() : g.add(sources, part));
        }
    }
    // A skipped cell is its input; an identity keeps the cell visible and costs nothing. It stands
    // wherever a skip alone reaches the last node, so that only the edges to it decide it.
    return skipped ? g.identity(node.back(), "node3") : node.back();
}

int reduction_block(GraphBuilder& g, int from, int channels) {
    int x = relu_conv_bn(g, from, channels, square(3, 2, 1), "first");
    x = relu_conv_bn(g, x, channels, square(3, 1, 1), "second");
    int shortcut = g.avg_pool(from, square(2, 2, 0), false, true, "shortcut.pool");
    shortcut = g.conv(shortcut, channels, {}, false, "shortcut");
    const int branches[] = {x, shortcut};
    return g.add(branches, "add");
}

}  // namespace latpred
