#include "spaces/fbnetv3.hpp"

#include <array>
#include <sstream>

#include "graphs/mbconv.hpp"
#include "spaces/image_options.hpp"

namespace latpred {
namespace {

constexpr double v3_eps = 1e-5;
constexpr std::size_t v3_stage_count = 7;
constexpr std::size_t v3_expansions = 7;
constexpr std::size_t expand_column = v3_stage_count;
constexpr std::size_t channel_column = expand_column + v3_expansions;  // of the stem
constexpr std::size_t v3_depth_column = channel_column + 1 + v3_stage_count;
constexpr int v3_head_channels = 1984;

struct V3Stage {
    int stride;
    bool squeeze_excite;
    int first_expansion;  ///< number of the gene of the first block; -1: `expand`
    int next_expansion;
    int expand;
    int least_channels;
    int most_channels;
    int channel_step;
    int least_depth;
    int most_depth;
};

constexpr std::array<V3Stage, v3_stage_count> v3_stages{{
    {1, false, -1, -1, 1, 16, 24, 2, 1, 4},
    {2, false, 0, 1, 0, 20, 32, 4, 4, 7},
    {2, true, 2, 3, 0, 24, 48, 4, 4, 7},
    {2, false, 4, 5, 0, 56, 84, 4, 4, 8},
    {1, true, 4, 5, 0, 96, 144, 4, 6, 10},
    {2, true, 6, 6, 0, 180, 224, 4, 5, 9},
    {1, true, -1, -1, 6, 180, 224, 4, 1, 1},
}};

std::vector<double> steps(int least, int most, int step = 1) {
    std::vector<double> values;
    for (int value = least; value <= most; value += step)
        values.push_back(value);
    return values;
}

/// The one stage whose blocks an expansion gene belongs to; -1: several.
int stage_of_expansion(int number) {
    int found = -1;
    for (std::size_t s = 0; s < v3_stages.size(); ++s) {
        if (v3_stages[s].first_expansion != number && v3_stages[s].next_expansion != number)
            continue;
        if (found >= 0)
            return -1;
        found = static_cast<int>(s);
    }
    return found;
}

std::vector<Gene> v3_genes() {
    std::vector<Gene> genes;
    const auto add = [&genes](const char* group, int slot, int stage, std::vector<double> values) {
        genes.push_back({group, slot, stage, -1, std::move(values), {}, -1, 0});
    };
    constexpr auto stages = static_cast<int>(v3_stage_count);
    for (int s = 0; s < stages; ++s)
        add("ks", s, s, {3, 5});
    for (int e = 0; e < static_cast<int>(v3_expansions); ++e) {
        const bool first = e % 2 == 0;  // the last is of first and further blocks
        add("e", e, stage_of_expansion(e), first ? steps(4, 7) : steps(2, 5));
    }
    add("c", 0, -1, steps(16, 24, 2));
    for (int s = 0; s < stages; ++s) {
        const V3Stage& stage = v3_stages[static_cast<std::size_t>(s)];
        add("c", s + 1, s, steps(stage.least_channels, stage.most_channels, stage.channel_step));
    }
    for (int s = 0; s + 1 < stages; ++s) {
        const V3Stage& stage = v3_stages[static_cast<std::size_t>(s)];
        add("d", s, s, steps(stage.least_depth, stage.most_depth));
    }
    return genes;
}

}  // namespace

FbNetV3::FbNetV3(const FamilyOptions& options)
    : Family("fbnetv3",
             image_options("fbnetv3", options, {.least = 96, .most = 320, .step = 8, .usual = 224},
                           1000),
             v3_genes()) {}

std::vector<Place> FbNetV3::block_places() const {
    std::vector<Place> blocks;
    for (std::size_t s = 0; s < v3_stage_count; ++s) {
        const V3Stage& stage = v3_stages[s];
        for (int layer = 0; layer < stage.most_depth; ++layer) {
            const auto unit = static_cast<int>(s);
            Place block{
                .name = block_name(unit, layer), .unit = unit, .layer = layer, .columns = {unit}};
            const int expansion = layer == 0 ? stage.first_expansion : stage.next_expansion;
            if (expansion >= 0)
                block.columns.push_back(static_cast<int>(expand_column) + expansion);
            if (layer >= stage.least_depth) {
                block.gate = static_cast<int>(v3_depth_column) + unit;
                block.gate_from = static_cast<GeneValue>(layer - stage.least_depth + 1);
            }
            blocks.push_back(std::move(block));
        }
    }
    return blocks;
}

std::vector<Place> FbNetV3::declare_places() const {
    constexpr auto channels = static_cast<int>(channel_column);
    std::vector<Place> places = Family::declare_places();
    std::erase_if(places, [](const Place& place) { return place.unit < 0; });
    for (Place& place : places) {
        place.columns.push_back(channels + 1 + place.unit);
        if (place.layer == 0)
            place.columns.push_back(channels + place.unit);
    }
    places.insert(places.begin(), {.name = "stem", .columns = {channels}});
    places.push_back({.name = "head", .columns = {channels + static_cast<int>(v3_stage_count)}});
    return places;
}

std::string FbNetV3::declared_place(const Op& op) const {
    if (op.unit >= 0)
        return Family::declared_place(op);
    return op.part == "input" || op.part.starts_with("stem") ? "stem" : "head";
}

int FbNetV3::stage(GraphBuilder& g, int from, std::size_t number,
                   std::span<const GeneValue> genes) const {
    const V3Stage& stage = v3_stages[number];
    const int depth = stage.most_depth == 1 ? 1 : whole(genes, v3_depth_column + number);
    int x = from;
    for (int layer = 0; layer < depth; ++layer) {
        const int gene = layer == 0 ? stage.first_expansion : stage.next_expansion;
        const int expand =
            gene < 0 ? stage.expand : whole(genes, expand_column + static_cast<std::size_t>(gene));
        const int middle = g.shape(x).channels * expand;
        g.place(static_cast<int>(number), layer);
        x = mbconv(g, x,
                   {.channels = whole(genes, channel_column + 1 + number),
                    .kernel = whole(genes, number),
                    .stride = layer == 0 ? stage.stride : 1,
                    .expand = static_cast<double>(expand),
                    .middle = middle,
                    .activation = Activation::h_swish,
                    .squeeze_excite = stage.squeeze_excite,
                    .eps = v3_eps,
                    .always_expands = true,
                    .squeeze = {.reduced = middle / 4, .bias = false},
                    .squeezes_first = true,
                    .projects_shortcut = true});
    }
    return x;
}

OpGraph FbNetV3::lower(std::span<const GeneValue> genes) const {
    const int size = *options().image_size;
    GraphBuilder g;
    int x = g.input({3, size, size});
    x = conv_bn_act(g, x, whole(genes, channel_column), square(3, 2, 1), v3_eps,
                    Activation::h_swish, "stem");
    for (std::size_t number = 0; number < v3_stage_count; ++number)
        x = stage(g, x, number, genes);
    g.place(-1, -1);
    x = conv_bn_act(g, x, 6 * g.shape(x).channels, {}, v3_eps, Activation::h_swish, "final_expand");
    x = g.conv(g.global_pool(x, "pool"), v3_head_channels, {}, true, "feature_mix");
    x = g.flatten(g.activation(x, Activation::h_swish, "feature_mix.act"), "flatten");
    g.linear(x, *options().classes, true, "classifier");
    return std::move(g).build();
}

std::optional<std::vector<std::string>> FbNetV3::own_choices(const std::string& text) const {
    std::vector<std::string> choices;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (word.find_first_not_of("0123456789") != std::string::npos)
            return std::nullopt;
        choices.push_back(std::move(word));
    }
    if (choices.size() != genes().size())
        return std::nullopt;
    return choices;
}

bool FbNetV3::holds_values(std::span<const GeneValue> row) const {
    return row[channel_column] >= genes()[channel_column].values.front();
}

}  // namespace latpred
