#include "neural/published_inputs.hpp"

#include <array>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "encodings/cell_graph.hpp"
#include "spaces/fbnet.hpp"

namespace latpred {
namespace {

constexpr std::size_t cell_places = 8;
constexpr std::size_t cell_marks = 7;   // output, input, none, skip, 1x1, 3x3, pool
constexpr std::size_t eagle_marks = 6;  // 1x1, 3x3, pool, input, output, global
constexpr std::size_t bits_a_block = 6;

void want_family(const Space& space, const char* family) {
    if (space.family().name() != family)
        throw ConfigError(
            message("input: networks of ", family, " expected, got ", space.description()));
}

/// Unique cells, dense.
struct DenseCells {
    std::vector<float> marks, feeds;

    explicit DenseCells(const Architectures& archs)
        : marks(archs.size() * cell_places * cell_marks),
          feeds(archs.size() * cell_places * cell_places) {
        CellGraph(archs.space_ptr()).encode(archs, marks, feeds);
    }
    [[nodiscard]] const float* mark(std::size_t cell, std::size_t node) const {
        return marks.data() + (cell * cell_places + node) * cell_marks;
    }
    [[nodiscard]] bool feed(std::size_t cell, std::size_t from, std::size_t to) const {
        return feeds[(cell * cell_places + from) * cell_places + to] != 0;
    }
    [[nodiscard]] bool isolated(std::size_t cell, std::size_t node) const {
        for (std::size_t other = 0; other < cell_places; ++other) {
            if (feed(cell, node, other) || feed(cell, other, node))
                return false;
        }
        return true;
    }
};

/// The graphs of a batch while it is filled: edges by source and target.
struct Drawn {
    GraphBatch batch;
    std::vector<std::int64_t> targets{};

    void join(std::size_t from, std::size_t to) {
        const std::int64_t first = batch.offsets.back();
        batch.edges.push_back(first + static_cast<std::int64_t>(from));
        targets.push_back(first + static_cast<std::int64_t>(to));
    }
    void close(std::size_t nodes) {
        batch.offsets.push_back(batch.offsets.back() + static_cast<std::int64_t>(nodes));
    }
    [[nodiscard]] GraphBatch done() {
        batch.edges.insert(batch.edges.end(), targets.begin(), targets.end());
        return checked(std::move(batch));
    }
};

void draw_help(const DenseCells& cells, std::size_t cell, Drawn& drawn) {
    const float* marks = cells.mark(cell, 0);
    drawn.batch.nodes.insert(drawn.batch.nodes.end(), marks, marks + cell_places * cell_marks);
    for (std::size_t from = 0; from < cell_places; ++from) {
        for (std::size_t to = from + 1; to < cell_places; ++to) {
            if (cells.feed(cell, from, to))
                drawn.join(from, to);
        }
    }
    drawn.close(cell_places);
}

/// From output to input, so that sources stand before targets; then the global node.
void draw_eagle(const DenseCells& cells, std::size_t cell, Drawn& drawn) {
    // Column of the features for each mark of the cell's; none and skip have no one.
    constexpr std::array<int, cell_marks> column{4, 3, -1, -1, 0, 1, 2};
    for (std::size_t place = 0; place < cell_places; ++place) {
        const std::size_t node = cell_places - 1 - place;
        std::array<float, eagle_marks> row{};
        for (std::size_t m = 0; m < cell_marks && !cells.isolated(cell, node); ++m) {
            if (column[m] >= 0)
                row[as_index(column[m])] = cells.mark(cell, node)[m];
        }
        drawn.batch.nodes.insert(drawn.batch.nodes.end(), row.begin(), row.end());
        for (std::size_t from = 0; from < node; ++from) {
            if (cells.feed(cell, from, node))
                drawn.join(place, cell_places - 1 - from);
        }
        drawn.join(place, cell_places);
    }
    std::array<float, eagle_marks> global{};
    global.back() = 1;
    drawn.batch.nodes.insert(drawn.batch.nodes.end(), global.begin(), global.end());
    drawn.close(cell_places + 1);
}

}  // namespace

PublishedCells::PublishedCells(const Space& space, Form form) : form_(form) {
    want_family(space, "nas-bench-201");
}

std::map<std::string, int> PublishedCells::widths() const {
    return {{"nodes", static_cast<int>(form_ == Form::help ? cell_marks : eagle_marks)}};
}

StackData PublishedCells::read(const Architectures& archs, bool each_once, int /*threads*/) const {
    const std::vector<std::size_t> order = canonical_order(archs);
    std::vector<std::size_t> firsts;
    Drawn drawn;
    drawn.batch.index.resize(archs.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 0 || !same_network(archs, order[i - 1], order[i]))
            firsts.push_back(order[i]);
        drawn.batch.index[order[i]] = static_cast<std::int64_t>(firsts.size()) - 1;
    }
    for (int column = 0; column < widths().at("nodes"); ++column)
        drawn.batch.feature_names.push_back(message("mark", column));
    const DenseCells cells(archs.select(firsts));
    for (std::size_t cell = 0; cell < firsts.size(); ++cell)
        form_ == Form::help ? draw_help(cells, cell, drawn) : draw_eagle(cells, cell, drawn);
    StackData data;
    data.graphs = std::make_shared<const GraphBatch>(drawn.done());
    data.graph = data.graphs->index;
    if (each_once) {
        data.graph.resize(data.graphs->graphs());
        std::iota(data.graph.begin(), data.graph.end(), std::int64_t{0});
    }
    data.rows = data.graph.size();
    return data;
}

PublishedBlocks::PublishedBlocks(const Space& space) {
    want_family(space, "fbnet");
}

std::map<std::string, int> PublishedBlocks::widths() const {
    return {{"choices", FbNet::blocks * static_cast<int>(bits_a_block)}};
}

StackData PublishedBlocks::read(const Architectures& archs, bool /*each_once*/,
                                int /*threads*/) const {
    constexpr std::size_t expansions = 4;  // in the order of the operations, for each kernel
    constexpr std::size_t skip = 2 * expansions;
    StackData data;
    data.rows = archs.size();
    std::vector<float>& values = data.inputs["choices"];
    values.assign(archs.size() * archs.columns() * bits_a_block, 0.0F);
    for (std::size_t gene = 0; gene < archs.genes().size(); ++gene) {
        const std::size_t operation = as_index(archs.genes()[gene]);
        if (operation == skip)
            continue;
        values[gene * bits_a_block + operation / expansions] = 1;
        values[gene * bits_a_block + 2 + operation % expansions] = 1;
    }
    return data;
}

}  // namespace latpred
