#include "spaces/block_space.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/bottleneck.hpp"
#include "graphs/costs.hpp"
#include "graphs/mbconv.hpp"

namespace latpred {
namespace {

std::vector<double> numbers(const std::vector<int>& values) {
    return {values.begin(), values.end()};
}

/// Block `layer` counts from the first depth choice above it.
GeneValue gate_from(const UnitSpec& unit, int layer) {
    const auto deeper = std::upper_bound(unit.depth.begin(), unit.depth.end(), layer);
    return static_cast<GeneValue>(deeper - unit.depth.begin());
}

std::vector<Gene> genes_of(const BlockSpec& spec) {
    int blocks = 0;
    for (const UnitSpec& unit : spec.units)
        blocks += unit.depth.back();
    const int units = static_cast<int>(spec.units.size());
    std::vector<Gene> genes;
    const auto add_blocks = [&](const std::string& group, auto choices) {
        for (int u = 0, block = 0; u < units; ++u) {
            const UnitSpec& unit = spec.units[static_cast<std::size_t>(u)];
            for (int layer = 0; layer < unit.depth.back(); ++layer, ++block) {
                const GeneValue from = gate_from(unit, layer);
                genes.push_back({group,
                                 block,
                                 u,
                                 layer,
                                 choices(unit),
                                 {},
                                 from > 0 ? 2 * blocks + units + u : -1,
                                 from});
            }
        }
    };
    add_blocks("ks", [](const UnitSpec& unit) { return numbers(unit.kernel); });
    add_blocks("e", [](const UnitSpec& unit) { return unit.expand; });
    for (int u = 0; u < units; ++u) {
        genes.push_back(
            {"c", u, u, -1, numbers(spec.units[static_cast<std::size_t>(u)].channels), {}, -1, 0});
    }
    for (int u = 0; u < units; ++u) {
        genes.push_back(
            {"d", u, u, -1, numbers(spec.units[static_cast<std::size_t>(u)].depth), {}, -1, 0});
    }
    genes.push_back({"r", 0, -1, -1, numbers(spec.resolutions), {}, -1, 0});
    return genes;
}

int append_block(GraphBuilder& g, int from, const UnitSpec& unit, int channels, int kernel,
                 double expand, int stride, double eps) {
    switch (unit.block) {
    case BlockKind::conv:
        return conv_bn_act(g, from, channels, square(kernel, stride, kernel / 2, unit.groups), eps,
                           unit.activation, "conv");
    case BlockKind::mbconv:
        return mbconv(g, from,
                      {.channels = channels,
                       .kernel = kernel,
                       .stride = stride,
                       .expand = expand,
                       .activation = unit.activation,
                       .squeeze_excite = unit.squeeze_excite,
                       .eps = eps});
    default:
        break;
    }
    const bool project = stride > 1 || g.shape(from).channels != channels;
    const Bottleneck block{.channels = channels,
                           .middle = make_divisible(channels * expand),
                           .kernel = kernel,
                           .stride = stride,
                           .project = project,
                           .activation = unit.activation,
                           .eps = eps};
    return unit.block == BlockKind::basic ? basic_block(g, from, block)
                                          : bottleneck(g, from, block);
}

/// Whether the choices of `expand` differ in a block with one of these numbers of channels in.
bool expand_decides(const UnitSpec& unit, const std::vector<int>& incoming) {
    const auto differ = [&](int channels, auto middle) {
        return std::ranges::any_of(unit.expand, [&](double expand) {
            return middle(channels, expand) != middle(channels, unit.expand.front());
        });
    };
    const auto mbconv_middle = [](int channels, double expand) {
        return std::pair(expand == 1, expanded_channels(channels, expand));
    };
    const auto middle = [](int channels, double expand) {
        return make_divisible(channels * expand);
    };
    switch (unit.block) {
    case BlockKind::conv:
        return false;
    case BlockKind::mbconv:
        return std::ranges::any_of(incoming, [&](int c) { return differ(c, mbconv_middle); });
    default:
        return std::ranges::any_of(unit.channels, [&](int c) { return differ(c, middle); });
    }
}

}  // namespace

BlockSpace::BlockSpace(BlockSpec spec)
    : Family(spec.name, {{}, spec.resolutions, {}, {}}, genes_of(spec), to_json(spec)),
      spec_(std::move(spec)) {
    for (const UnitSpec& unit : spec_.units) {
        first_block_.push_back(blocks_);
        blocks_ += static_cast<std::size_t>(unit.depth.back());
    }
    std::vector<GeneValue> row(genes().size());
    static_cast<void>(lower(row));
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
        row[column] = static_cast<GeneValue>(genes()[column].choices() - 1);
    }
    static_cast<void>(lower(row));  // the deepest, widest blocks at the smallest input
    row.back() = static_cast<GeneValue>(genes().back().choices() - 1);
    static_cast<void>(costs_of(lower(row)));  // throws where a count overflows
}

int BlockSpace::unit(GraphBuilder& g, int from, std::size_t number,
                     std::span<const GeneValue> genes) const {
    const UnitSpec& unit = spec_.units[number];
    const std::size_t units = spec_.units.size();
    const auto channels = static_cast<int>(value(genes, 2 * blocks_ + number));
    const auto depth = static_cast<std::size_t>(value(genes, 2 * blocks_ + units + number));
    int x = from;
    for (std::size_t layer = 0; layer < depth; ++layer) {
        const std::size_t block = first_block_[number] + layer;
        g.place(static_cast<int>(number), static_cast<int>(layer));
        x = append_block(g, x, unit, channels, static_cast<int>(value(genes, block)),
                         value(genes, blocks_ + block), layer == 0 ? unit.stride : 1, spec_.eps);
    }
    return x;
}

std::vector<Place> BlockSpace::declare_places() const {
    const auto channels_of = [this](std::size_t unit) {
        return static_cast<int>(2 * blocks_ + unit);
    };
    std::vector<Place> places = Family::declare_places();
    std::erase_if(places, [](const Place& place) { return place.unit < 0; });
    for (Place& place : places) {
        const auto number = static_cast<std::size_t>(place.unit);
        const UnitSpec& unit = spec_.units[number];
        const bool first = place.layer == 0;
        std::vector<int> incoming = unit.channels;
        if (first)
            incoming =
                number > 0 ? spec_.units[number - 1].channels : std::vector{spec_.stem.channels};
        if (!expand_decides(unit, incoming)) {
            const std::size_t block = first_block_[number] + static_cast<std::size_t>(place.layer);
            std::erase(place.columns, static_cast<int>(blocks_ + block));
        }
        place.columns.push_back(channels_of(number));
        if (first && number > 0)
            place.columns.push_back(channels_of(number - 1));
    }
    places.insert(places.begin(), {.name = "stem", .columns = {}});
    places.push_back({.name = "head", .columns = {channels_of(spec_.units.size() - 1)}});
    return places;
}

std::string BlockSpace::declared_place(const Op& op) const {
    if (op.unit >= 0)
        return Family::declared_place(op);
    return op.part == "input" || op.part.starts_with("stem") ? "stem" : "head";
}

OpGraph BlockSpace::lower(std::span<const GeneValue> genes) const {
    const auto resolution = static_cast<int>(value(genes, genes.size() - 1));
    const StemSpec& stem = spec_.stem;
    GraphBuilder g;
    int x = g.input({3, resolution, resolution});
    x = conv_bn_act(g, x, stem.channels, square(stem.kernel, stem.stride, stem.kernel / 2),
                    spec_.eps, stem.activation, "stem");
    if (stem.max_pool)
        x = g.max_pool(x, square(3, 2, 1), false, "stem.pool");
    for (std::size_t number = 0; number < spec_.units.size(); ++number)
        x = unit(g, x, number, genes);
    g.place(-1, -1);
    if (spec_.head.channels > 0) {
        x = conv_bn_act(g, x, spec_.head.channels, {}, spec_.eps, spec_.head.activation, "head");
    }
    x = g.flatten(g.global_pool(x, "pool"), "flatten");
    g.linear(x, spec_.head.classes, true, "classifier");
    return std::move(g).build();
}

}  // namespace latpred
