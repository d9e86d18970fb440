#include "spaces/ofa_resnet50.hpp"

#include <array>
#include <cmath>

#include "base/error.hpp"
#include "graphs/bottleneck.hpp"
#include "graphs/mbconv.hpp"
#include "spaces/ofa_mobilenetv3.hpp"

namespace latpred {
namespace {

constexpr double resnet_eps = 1e-5;
constexpr int resnet_classes = 1000;
constexpr int resnet_stages = 4;
constexpr std::size_t depth_column = 0;
constexpr std::size_t ratio_column = 5;
constexpr std::size_t width_column = 23;

struct ResNetStage {
    int base_depth;
    int first_block;
    int stride;
    std::array<int, 3> channels;
};

constexpr std::array<ResNetStage, resnet_stages> resnet_stage_table{{
    {2, 0, 1, {168, 208, 256}},
    {2, 4, 2, {336, 408, 512}},
    {4, 8, 2, {664, 816, 1024}},
    {2, 14, 2, {1328, 1640, 2048}},
}};
constexpr std::array<int, 3> stem_middle{24, 24, 32};
constexpr std::array<int, 3> stem_out{40, 48, 64};

FamilyOptions resnet_options(const FamilyOptions& options) {
    refuse_fixed_input("ofa-resnet50", options);
    if (options.width)
        throw ConfigError("ofa-resnet50: no width= expected; widths are its genes w");
    return {{}, ofa_resolutions(options), {}, {}};
}

std::vector<Gene> resnet_genes(const FamilyOptions& options) {
    std::vector<Gene> genes;
    genes.push_back({"d", 0, -1, -1, {0, 2}, {}, -1, 0, {{1.0, GeneValue{0}}}});
    for (int s = 0; s < resnet_stages; ++s)
        genes.push_back({"d", s + 1, s, -1, {0, 1, 2}, {}, -1, 0});
    for (int s = 0; s < resnet_stages; ++s) {
        const ResNetStage& stage = resnet_stage_table[static_cast<std::size_t>(s)];
        for (int layer = 0; layer < stage.base_depth + 2; ++layer) {
            const int extra = layer - stage.base_depth + 1;  // depth index from which it counts
            genes.push_back({"e",
                             stage.first_block + layer,
                             s,
                             layer,
                             {0.2, 0.25, 0.35},
                             {},
                             extra > 0 ? s + 1 : -1,
                             static_cast<GeneValue>(std::max(extra, 0))});
        }
    }
    for (int w = 0; w < resnet_stages + 2; ++w)
        genes.push_back({"w", w, w - 2 < 0 ? -1 : w - 2, -1, {0, 1, 2}, {}, -1, 0});
    const std::vector<int> sizes = ofa_resolutions(options);
    genes.push_back({"r", 0, -1, -1, {sizes.begin(), sizes.end()}, {}, -1, 0});
    return genes;
}

}  // namespace

OfaResNet50::OfaResNet50(const FamilyOptions& options)
    : Family("ofa-resnet50", resnet_options(options), resnet_genes(options)) {}

int OfaResNet50::channels(int which, int width) {
    const auto index = static_cast<std::size_t>(width);
    if (which < 2)
        return which == 0 ? stem_middle[index] : stem_out[index];
    return resnet_stage_table[static_cast<std::size_t>(which) - 2].channels[index];
}

std::vector<Place> OfaResNet50::declare_places() const {
    constexpr auto width = static_cast<int>(width_column);
    std::vector<Place> places = Family::declare_places();
    std::erase_if(places, [](const Place& place) { return place.unit < 0; });
    for (Place& place : places) {
        place.columns.push_back(width + 2 + place.unit);
        if (place.layer == 0)
            place.columns.push_back(width + 1 + place.unit);
    }
    places.insert(places.begin(),
                  {.name = "stem", .columns = {static_cast<int>(depth_column), width, width + 1}});
    places.push_back({.name = "head", .columns = {width + 1 + resnet_stages}});
    return places;
}

std::string OfaResNet50::declared_place(const Op& op) const {
    if (op.unit >= 0)
        return Family::declared_place(op);
    return op.part.starts_with("stem") ? "stem" : "head";
}

int OfaResNet50::stem(GraphBuilder& g, std::span<const GeneValue> genes) const {
    const auto resolution = static_cast<int>(value(genes, genes.size() - 1));
    const int middle = stem_middle[static_cast<std::size_t>(genes[width_column])];
    const int out = stem_out[static_cast<std::size_t>(genes[width_column + 1])];
    int x = g.input({3, resolution, resolution});
    x = conv_bn_act(g, x, middle, square(3, 2, 1), resnet_eps, Activation::relu, "stem.first");
    if (value(genes, depth_column) == 2) {
        const int inner =
            conv_bn_act(g, x, middle, square(3, 1, 1), resnet_eps, Activation::relu, "stem.block");
        const int branches[] = {inner, x};
        x = g.add(branches, "stem.block.add");
    }
    x = conv_bn_act(g, x, out, square(3, 1, 1), resnet_eps, Activation::relu, "stem.last");
    return g.max_pool(x, square(3, 2, 1), false, "stem.pool");
}

OpGraph OfaResNet50::lower(std::span<const GeneValue> genes) const {
    GraphBuilder g;
    int x = stem(g, genes);
    for (int s = 0; s < resnet_stages; ++s) {
        const auto unit = static_cast<std::size_t>(s);
        const ResNetStage& stage = resnet_stage_table[unit];
        const int channels =
            stage.channels[static_cast<std::size_t>(genes[width_column + 2 + unit])];
        const int depth =
            stage.base_depth + static_cast<int>(value(genes, depth_column + 1 + unit));
        for (int layer = 0; layer < depth; ++layer) {
            const double ratio =
                value(genes, ratio_column + static_cast<std::size_t>(stage.first_block + layer));
            g.place(s, layer);
            x = bottleneck(g, x,
                           {.channels = channels,
                            .middle = make_divisible(std::nearbyint(channels * ratio)),
                            .stride = layer == 0 ? stage.stride : 1,
                            .project = layer == 0,
                            .eps = resnet_eps});
        }
    }
    g.place(-1, -1);
    x = g.flatten(g.global_pool(x, "pool"), "flatten");
    g.linear(x, resnet_classes, true, "classifier");
    return std::move(g).build();
}

}  // namespace latpred
