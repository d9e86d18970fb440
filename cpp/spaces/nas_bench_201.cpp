#include "spaces/nas_bench_201.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/cell.hpp"
#include "graphs/mbconv.hpp"
#include "spaces/image_options.hpp"

namespace latpred {
namespace {

constexpr double cell_eps = 1e-5;
constexpr int cells_per_stage = 5;
constexpr int cell_stages = 3;
constexpr int base_channels = 16;

std::vector<Gene> genes_of_cell() {
    std::vector<Gene> genes;
    for (int edge = 0; edge < static_cast<int>(cell_edges); ++edge) {
        genes.push_back(
            {"op", edge, 0, edge, {}, {cell_operations.begin(), cell_operations.end()}, -1, 0});
    }
    return genes;
}

}  // namespace

NasBench201::NasBench201(const FamilyOptions& options)
    : Family("nas-bench-201",
             image_options("nas-bench-201", options, {.at_32 = 10, .at_224 = 10, .at_16 = 120}),
             genes_of_cell()) {}

OpGraph NasBench201::lower(std::span<const GeneValue> genes) const {
    const int size = *options().image_size;
    GraphBuilder g;
    int x = g.input({3, size, size});
    x = conv_bn_act(g, x, base_channels, square(3, 1, 1), cell_eps, Activation::none, "stem");
    for (int stage = 0; stage < cell_stages; ++stage) {
        g.place(stage, 0);
        if (stage > 0)
            x = reduction_block(g, x, base_channels << stage);
        for (int layer = 1; layer <= cells_per_stage; ++layer) {
            g.place(stage, layer);
            x = cell(g, x, genes);
        }
    }
    g.place(-1, -1);
    x = g.activation(g.batch_norm(x, cell_eps, "last.bn"), Activation::relu, "last.act");
    x = g.flatten(g.global_pool(x, "pool"), "flatten");
    g.linear(x, *options().classes, true, "classifier");
    return std::move(g).build();
}

std::vector<Place> NasBench201::declare_places() const {
    std::vector<Place> places{{.name = "fixed", .columns = {}}};
    for (int edge = 0; edge < static_cast<int>(cell_edges); ++edge)
        places.push_back(
            {.name = message("edge", edge), .unit = 0, .layer = edge, .columns = {edge}});
    places.push_back({.name = "node2", .unit = 0, .columns = {1, 2}});
    places.push_back({.name = "node3", .unit = 0, .columns = {3, 4, 5}});
    return places;
}

std::string NasBench201::declared_place(const Op& op) const {
    // Parts are named "edge02.bn" and "node3"; the edges into node j start at number j (j - 1) / 2.
    if (op.part.starts_with("edge")) {
        const int from = op.part[4] - '0';
        const int to = op.part[5] - '0';
        return "edge" + std::to_string(to * (to - 1) / 2 + from);
    }
    if (op.part.starts_with("node"))
        return op.part == "node1" ? "edge0" : op.part;
    return "fixed";
}

std::optional<std::string> NasBench201::own_text(std::span<const GeneValue> row) const {
    std::string text;
    text.reserve(100);
    std::size_t edge = 0;
    for (int to = 1; to < 4; ++to) {
        text += to > 1 ? "+|" : "|";
        for (int from = 0; from < to; ++from) {
            text += cell_operations[static_cast<std::size_t>(row[edge++])];
            text += '~';
            text += static_cast<char>('0' + from);
            text += '|';
        }
    }
    return text;
}

std::optional<std::vector<std::string>> NasBench201::own_choices(const std::string& text) const {
    if (text.empty() || text.front() != '|')
        return std::nullopt;
    std::vector<std::string> choices;
    std::string skeleton;  // what remains without the names must be exactly the official frame
    bool in_name = true;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (i == 1 || (text[i - 1] == '|' && text[i] != '+')) {
            choices.emplace_back();
            in_name = true;
        }
        if (text[i] == '~')
            in_name = false;
        if (in_name && text[i] != '+' && text[i] != '|')
            choices.back() += text[i];
        else
            skeleton += text[i];
    }
    if (skeleton != "~0|+|~0|~1|+|~0|~1|~2|" || choices.size() != cell_edges)
        return std::nullopt;
    return choices;
}

std::string nas_bench_201_class(std::span<const GeneValue> row) {
    std::vector<std::string> node{"0"};
    std::size_t edge = 0;
    for (std::size_t to = 1; to < 4; ++to) {
        std::vector<std::string> terms;
        for (std::size_t from = 0; from < to; ++from) {
            const GeneValue operation = row[edge++];
            if (operation == 0 || node[from] == "#") {
                terms.emplace_back("#");
            } else if (operation == 1) {
                terms.push_back(node[from]);
            } else {
                terms.push_back(message("(", node[from], ")@",
                                        cell_operations[static_cast<std::size_t>(operation)]));
            }
        }
        std::sort(terms.begin(), terms.end());
        node.push_back(join(terms, "+"));
    }
    return node.back();
}

}  // namespace latpred
