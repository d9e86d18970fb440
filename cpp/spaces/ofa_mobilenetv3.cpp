#include "spaces/ofa_mobilenetv3.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/mbconv.hpp"

namespace latpred {
namespace {

constexpr double mobile_eps = 1e-5;
constexpr int mobile_classes = 1000;

struct MobileStage {
    int base_channels;
    int stride;
    Activation activation;
    bool squeeze_excite;
};

constexpr std::array<MobileStage, OfaMobileNetV3::stages> mobile_stages{{
    {24, 2, Activation::relu, false},
    {40, 2, Activation::relu, true},
    {80, 2, Activation::h_swish, false},
    {112, 1, Activation::h_swish, true},
    {160, 2, Activation::h_swish, true},
}};

FamilyOptions mobile_options(const FamilyOptions& options) {
    refuse_fixed_input("ofa-mobilenetv3", options);
    const double width = options.width.value_or(1.0);
    if (width != 1.0 && width != 1.2) {
        throw ConfigError(message("ofa-mobilenetv3: width ", width, ", 1.0 or 1.2 expected"));
    }
    return {width, ofa_resolutions(options), {}, {}};
}

int stem(GraphBuilder& g, int resolution, double width) {
    const int channels = make_divisible(16 * width);
    int x = g.input({3, resolution, resolution});
    x = conv_bn_act(g, x, channels, square(3, 2, 1), mobile_eps, Activation::h_swish, "first_conv");
    return mbconv(g, x, {.channels = channels, .eps = mobile_eps}, "first_block.");
}

OpGraph head(GraphBuilder&& g, int x, double width) {
    g.place(-1, -1);
    x = conv_bn_act(g, x, make_divisible(960 * width), {}, mobile_eps, Activation::h_swish,
                    "final_expand");
    x = g.global_pool(x, "pool");
    x = g.conv(x, make_divisible(1280 * width), {}, false, "feature_mix");
    x = g.activation(x, Activation::h_swish, "feature_mix.act");
    x = g.flatten(x, "flatten");
    g.linear(x, mobile_classes, true, "classifier");
    return std::move(g).build();
}

}  // namespace

void refuse_fixed_input(const std::string& space, const FamilyOptions& options) {
    if (!options.image_size && !options.classes)
        return;
    throw ConfigError(space + ": resolutions= expected, no image_size= or mobile_classes=");
}

std::vector<int> ofa_resolutions(const FamilyOptions& options) {
    std::vector<int> chosen =
        options.resolutions.value_or(std::vector<int>{160, 176, 192, 208, 224});
    const bool valid = std::all_of(chosen.begin(), chosen.end(),
                                   [](int r) { return r >= 112 && r <= 239 && r % 4 == 0; });
    if (chosen.empty() || !valid) {
        throw ConfigError(
            message("resolutions ", join_few(chosen), ": multiples of 4 from 112 to 239 expected"));
    }
    if (std::adjacent_find(chosen.begin(), chosen.end(), std::greater_equal<>()) != chosen.end()) {
        throw ConfigError(
            message("resolutions ", join_few(chosen), ": ascending and different ones expected"));
    }
    return chosen;
}

std::vector<Gene> ofa_mobilenet_genes(const std::vector<std::vector<double>>& depths,
                                      const std::vector<int>& resolutions) {
    int blocks = 0;
    for (const auto& choices : depths)
        blocks += static_cast<int>(choices.back());
    const int stages = static_cast<int>(depths.size());
    std::vector<Gene> genes;
    const auto add_blocks = [&](const std::string& group, const std::vector<double>& values) {
        for (int stage = 0, block = 0; stage < stages; ++stage) {
            const auto& depth = depths[static_cast<std::size_t>(stage)];
            for (int layer = 0; layer < static_cast<int>(depth.back()); ++layer, ++block) {
                // A block counts from the first depth above its layer on.
                const auto from = std::upper_bound(depth.begin(), depth.end(), layer);
                const auto gate = static_cast<GeneValue>(from - depth.begin());
                const int gene = gate > 0 ? 2 * blocks + stage : -1;
                genes.push_back({group, block, stage, layer, values, {}, gene, gate});
            }
        }
    };
    add_blocks("ks", {3, 5, 7});
    add_blocks("e", {3, 4, 6});
    for (int stage = 0; stage < stages; ++stage) {
        genes.push_back(
            {"d", stage, stage, -1, depths[static_cast<std::size_t>(stage)], {}, -1, 0});
    }
    genes.push_back({"r", 0, -1, -1, {resolutions.begin(), resolutions.end()}, {}, -1, 0});
    return genes;
}

OfaMobileNetV3::OfaMobileNetV3(const FamilyOptions& options)
    : Family("ofa-mobilenetv3", mobile_options(options),
             ofa_mobilenet_genes(std::vector<std::vector<double>>(stages, {2, 3, 4}),
                                 ofa_resolutions(options))) {}

OpGraph OfaMobileNetV3::lower(std::span<const GeneValue> genes) const {
    constexpr std::size_t blocks = stages * slots;
    const double width = *options().width;
    GraphBuilder g;
    int x = stem(g, static_cast<int>(value(genes, 2 * blocks + stages)), width);
    for (int s = 0; s < stages; ++s) {
        const MobileStage& stage = mobile_stages[static_cast<std::size_t>(s)];
        const auto depth = static_cast<int>(value(genes, 2 * blocks + static_cast<std::size_t>(s)));
        for (int layer = 0; layer < depth; ++layer) {
            const auto block = static_cast<std::size_t>(s * slots + layer);
            g.place(s, layer);
            x = mbconv(g, x,
                       {.channels = make_divisible(stage.base_channels * width),
                        .kernel = static_cast<int>(value(genes, block)),
                        .stride = layer == 0 ? stage.stride : 1,
                        .expand = value(genes, blocks + block),
                        .activation = stage.activation,
                        .squeeze_excite = stage.squeeze_excite,
                        .shortcut = layer > 0,
                        .eps = mobile_eps});
        }
    }
    return head(std::move(g), x, width);
}

}  // namespace latpred
