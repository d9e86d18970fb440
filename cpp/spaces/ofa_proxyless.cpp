#include "spaces/ofa_proxyless.hpp"

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/mbconv.hpp"
#include "spaces/ofa_mobilenetv3.hpp"

namespace latpred {
namespace {

constexpr double eps = 1e-3;
constexpr int classes = 1000;
constexpr int elastic_stages = 5;
constexpr int slots = 4;
constexpr int blocks = elastic_stages * slots + 1;  // the sixth stage is one block

struct Stage {
    int base_channels;
    int stride;
};

constexpr std::array<Stage, elastic_stages + 1> stage_table{
    {{24, 2}, {40, 2}, {80, 2}, {96, 1}, {192, 2}, {320, 1}}};

FamilyOptions checked(const FamilyOptions& options) {
    refuse_fixed_input("ofa-proxyless", options);
    const double width = options.width.value_or(1.3);
    if (width != 1.3)
        throw ConfigError(message("ofa-proxyless: width ", width, ", 1.3 expected"));
    return {width, ofa_resolutions(options), {}, {}};
}

std::vector<Gene> genes_of(const FamilyOptions& options) {
    std::vector<std::vector<double>> depths(elastic_stages, {2, 3, 4});
    depths.push_back({1});
    return ofa_mobilenet_genes(depths, ofa_resolutions(options));
}

}  // namespace

OfaProxyless::OfaProxyless(const FamilyOptions& options)
    : Family("ofa-proxyless", checked(options), genes_of(options)) {}

OpGraph OfaProxyless::lower(std::span<const GeneValue> genes) const {
    const double width = *options().width;
    const auto channels = [width](int base) { return make_divisible(base * width); };
    const auto resolution = static_cast<int>(value(genes, genes.size() - 1));
    GraphBuilder g;
    int x = g.input({3, resolution, resolution});
    x = conv_bn_act(g, x, channels(32), square(3, 2, 1), eps, Activation::relu6, "first_conv");
    x = mbconv(
        g, x,
        {.channels = channels(16), .activation = Activation::relu6, .shortcut = false, .eps = eps},
        "first_block.");
    for (int s = 0; s <= elastic_stages; ++s) {
        const Stage& stage = stage_table[static_cast<std::size_t>(s)];
        const auto depth = static_cast<int>(value(genes, static_cast<std::size_t>(2 * blocks + s)));
        for (int layer = 0; layer < depth; ++layer) {
            const auto block = static_cast<std::size_t>(s * slots + layer);
            g.place(s, layer);
            x = mbconv(g, x,
                       {.channels = channels(stage.base_channels),
                        .kernel = static_cast<int>(value(genes, block)),
                        .stride = layer == 0 ? stage.stride : 1,
                        .expand = value(genes, blocks + block),
                        .activation = Activation::relu6,
                        .shortcut = layer > 0,
                        .eps = eps});
        }
    }
    g.place(-1, -1);
    x = conv_bn_act(g, x, channels(1280), {}, eps, Activation::relu6, "feature_mix");
    x = g.flatten(g.global_pool(x, "pool"), "flatten");
    g.linear(x, classes, true, "classifier");
    return std::move(g).build();
}

}  // namespace latpred
