#include "spaces/nds.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "graphs/cell.hpp"
#include "graphs/mbconv.hpp"
#include "spaces/image_options.hpp"
#include "spaces/nds_genotype.hpp"

namespace latpred {
namespace {

constexpr double nds_norm_eps = 1e-5;
constexpr int normal_cell = 0;
constexpr int reduction_cell = 1;
constexpr std::array<std::string_view, 2> cell_names{"normal", "reduce"};

// The published names and their published order.
constexpr std::array<std::string_view, 8> darts_operations{
    "none",         "max_pool_3x3", "avg_pool_3x3", "skip_connect",
    "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"};
constexpr std::array<std::string_view, 13> nasnet_operations{
    "skip_connect", "conv_3x1_1x3", "conv_7x1_1x7", "dil_conv_3x3", "avg_pool_3x3",
    "max_pool_3x3", "max_pool_5x5", "max_pool_7x7", "conv_1x1",     "conv_3x3",
    "sep_conv_3x3", "sep_conv_5x5", "sep_conv_7x7"};
constexpr std::array<std::string_view, 8> amoeba_operations{
    "skip_connect", "sep_conv_3x3", "sep_conv_5x5",     "sep_conv_7x7",
    "avg_pool_3x3", "max_pool_3x3", "dil_sep_conv_3x3", "conv_7x1_1x7"};
constexpr std::array<std::string_view, 8> pnas_operations{
    "sep_conv_3x3", "sep_conv_5x5", "sep_conv_7x7", "conv_7x1_1x7",
    "skip_connect", "avg_pool_3x3", "max_pool_3x3", "dil_conv_3x3"};
constexpr std::array<std::string_view, 5> enas_operations{
    "skip_connect", "sep_conv_3x3", "sep_conv_5x5", "avg_pool_3x3", "max_pool_3x3"};

const std::array<NdsSpace, 5> all_nds_spaces{{
    {"darts", darts_operations, 4, false},
    {"nasnet", nasnet_operations, 5, true},
    {"amoeba", amoeba_operations, 5, true},
    {"pnas", pnas_operations, 5, false},
    {"enas", enas_operations, 5, true},
}};

std::vector<Gene> genes_of_cells(const NdsSpace& space) {
    std::vector<Gene> genes;
    for (int cell = 0; cell < 2; ++cell) {
        const std::string name(cell_names[as_index(cell)]);
        const auto add = [&](const char* what, int edge) -> Gene& {
            return genes.emplace_back(Gene{.group = name + what,
                                           .slot = edge,
                                           .unit = cell,
                                           .layer = edge,
                                           .values = {},
                                           .labels = {}});
        };
        for (int edge = 0; edge < 2 * space.nodes; ++edge)
            add("_op", edge).labels = {space.operations.begin(), space.operations.end()};
        for (int edge = 0; edge < 2 * space.nodes; ++edge) {
            Gene& gene = add("_in", edge);
            for (int input = 0; input < 2 + edge / 2; ++input)
                gene.values.push_back(input);
        }
    }
    return genes;
}

FamilyOptions nds_options(const NdsSpace& space, const FamilyOptions& given) {
    const std::string name(space.name);
    FamilyOptions options = given;
    options.width.reset();
    options.depth.reset();
    options = image_options(name, options, {.at_32 = 10, .at_224 = 1000});
    options.width = given.width.value_or(16);
    options.depth = given.depth.value_or(8);
    const double width = *options.width;
    if (!(width >= 2 && width <= 1024 && std::fmod(width, 2) == 0)) {
        throw ConfigError(
            message(name, ": width ", width, " channels, an even number from 2 to 1024 expected"));
    }
    if (*options.depth < 3 || *options.depth > 64)
        throw ConfigError(message(name, ": depth ", *options.depth, ", 3 to 64 cells expected"));
    return options;
}

}  // namespace

std::span<const NdsSpace> nds_spaces() {
    return all_nds_spaces;
}

Nds::Nds(const NdsSpace& space, const FamilyOptions& options)
    : Family(std::string(space.name), nds_options(space, options), genes_of_cells(space)),
      space_(space) {
    for (const std::string_view name : space.operations) {
        operations_.push_back(&nds_operation(name));
        has_none_ = has_none_ || operations_.back()->form == NdsForm::none;
    }
    for (int cell = 0; cell < 2; ++cell) {
        for (int edge = 0; edge < edges(); edge += 2) {
            swaps_.push_back({{input_column(cell, edge), operation_column(cell, edge)},
                              {input_column(cell, edge + 1), operation_column(cell, edge + 1)}});
        }
    }
}

int Nds::operation_column(int cell, int edge) const {
    return 2 * cell * edges() + edge;
}

int Nds::input_column(int cell, int edge) const {
    return (2 * cell + 1) * edges() + edge;
}

bool Nds::reduces(int number) const {
    const int depth = *options().depth;
    return number == depth / 3 || number == 2 * depth / 3;
}

std::vector<NdsEdge> Nds::edges_of(std::span<const GeneValue> genes, int cell) const {
    std::vector<NdsEdge> found;
    for (int edge = 0; edge < edges(); ++edge) {
        found.push_back({operations_[as_index(genes[as_index(operation_column(cell, edge))])],
                         genes[as_index(input_column(cell, edge))]});
    }
    return found;
}

std::vector<int> Nds::joined(std::span<const GeneValue> genes, int cell) const {
    std::vector<int> inputs;
    for (int edge = 0; edge < edges(); ++edge)
        inputs.push_back(genes[as_index(input_column(cell, edge))]);
    return joined_of(inputs);
}

/// `inputs` of all edges of a cell.
std::vector<int> Nds::joined_of(std::span<const int> inputs) const {
    std::vector<bool> read(as_index(2 + space_.nodes), false);
    for (const int input : inputs)
        read[as_index(input)] = space_.loose;
    std::vector<int> nodes;
    for (int node = 2; node < 2 + space_.nodes; ++node) {
        if (!read[as_index(node)])
            nodes.push_back(node);
    }
    return nodes;
}

OpGraph Nds::lower(std::span<const GeneValue> genes) const {
    const int size = *options().image_size;
    const bool cifar = size == 32;
    int channels = static_cast<int>(*options().width);
    GraphBuilder g;
    int last = g.input({3, size, size});
    if (cifar) {
        last = conv_bn_act(g, last, 3 * channels, square(3, 1, 1), nds_norm_eps, Activation::none,
                           "stem");
    } else {
        last = conv_bn_act(g, last, channels / 2, square(3, 2, 1), nds_norm_eps, Activation::relu,
                           "stem0");
        last = conv_bn_act(g, last, channels, square(3, 2, 1), nds_norm_eps, Activation::none,
                           "stem1");
    }
    int before_last = last;
    if (!cifar)
        last = relu_conv_bn(g, last, channels, square(3, 2, 1), "stem2");
    const std::array<std::vector<NdsEdge>, 2> edges{edges_of(genes, normal_cell),
                                                    edges_of(genes, reduction_cell)};
    const std::array<std::vector<int>, 2> nodes{joined(genes, normal_cell),
                                                joined(genes, reduction_cell)};
    bool was_reduced = !cifar;
    for (int number = 0; number < *options().depth; ++number) {
        const bool reduction = reduces(number);
        const std::size_t cell = reduction ? reduction_cell : normal_cell;
        channels *= reduction ? 2 : 1;
        const int value =
            nds_cell(g, before_last, last,
                     {number, channels, reduction, was_reduced, edges[cell], nodes[cell]});
        before_last = last;
        last = value;
        was_reduced = reduction;
    }
    g.place(-1, -1);
    last = g.flatten(g.global_pool(last, "pool"), "flatten");
    g.linear(last, *options().classes, true, "classifier");
    return std::move(g).build();
}

std::vector<Place> Nds::declare_places() const {
    std::vector<Place> places{{.name = "fixed", .columns = {}}};
    for (int cell = 0; cell < 2; ++cell) {
        std::vector<int> inputs;
        for (int edge = 0; edge < edges(); ++edge) {
            std::vector<int> columns{operation_column(cell, edge)};
            if (edge >= 2) {  // the inputs of the first node are none of the cell's own nodes
                inputs.push_back(input_column(cell, edge));
                if (cell == reduction_cell)  // the input decides the stride
                    columns.push_back(inputs.back());
            }
            places.push_back({.name = block_name(cell, edge),
                              .unit = cell,
                              .layer = edge,
                              .columns = std::move(columns)});
        }
        for (int node = 0; has_none_ && node < space_.nodes; ++node) {
            places.push_back({.name = message("u", cell, ".sum", node),
                              .unit = cell,
                              .columns = {operation_column(cell, 2 * node),
                                          operation_column(cell, 2 * node + 1)}});
        }
        if (space_.loose)
            places.push_back(
                {.name = message("u", cell, ".output"), .unit = cell, .columns = inputs});
    }
    return places;
}

/// Of what the output of cell `number` decides; those before the first are the stem.
std::string Nds::output_place(int number) const {
    if (number < 0 || !space_.loose)
        return "fixed";
    return message("u", reduces(number) ? reduction_cell : normal_cell, ".output");
}

std::string Nds::declared_place(const Op& op) const {
    if (op.unit < 0)
        return op.part.starts_with("stem") ? "fixed" : output_place(*options().depth - 1);
    if (op.layer == NdsLayers::first_input)
        return output_place(op.unit - 2);
    if (op.layer == NdsLayers::second_input)
        return output_place(op.unit - 1);
    if (op.layer == NdsLayers::concat(space_.nodes))
        return output_place(op.unit);
    const int cell = reduces(op.unit) ? reduction_cell : normal_cell;
    const int node = (op.layer - 2) / 3;
    if (op.layer == NdsLayers::sum(node))
        return has_none_ ? message("u", cell, ".sum", node) : "fixed";
    return block_name(cell, 2 * node + (op.layer - 2) % 3);
}

std::optional<std::vector<std::string>> Nds::own_choices(const std::string& text) const {
    const auto genotype = read_genotype(text);
    if (!genotype)
        return std::nullopt;
    std::vector<std::string> choices;
    for (const NdsGenotype::Cell& cell : {genotype->normal, genotype->reduce}) {
        std::vector<int> inputs;
        for (const auto& [operation, input] : cell.pairs) {
            choices.emplace_back(operation);
            inputs.push_back(input);
        }
        const auto inside = [&](int input) { return input >= 0 && input < 2 + space_.nodes; };
        if (inputs.size() != as_index(edges()) || !std::ranges::all_of(inputs, inside) ||
            joined_of(inputs) != cell.joined)
            return std::nullopt;
        for (const int input : inputs)
            choices.push_back(number_text(input));
    }
    return choices;
}

const Nds* as_nds(const Family& family) {
    return dynamic_cast<const Nds*>(&family);
}

}  // namespace latpred
