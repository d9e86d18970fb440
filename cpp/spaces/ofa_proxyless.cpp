#include "spaces/ofa_proxyless.hpp"

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/mbconv.hpp"
#include "spaces/ofa_mobilenetv3.hpp"

namespace latpred {
namespace {

constexpr double proxyless_eps = 1e-3;
constexpr int proxyless_classes = 1000;
constexpr int elastic_stages = 5;
constexpr int slots = 4;
constexpr int blocks = elastic_stages * slots + 1;  // the sixth stage is one block

struct ProxylessStage {
    int base_channels;
    int stride;
};

constexpr std::array<ProxylessStage, elastic_stages + 1> proxyless_stages{
    {{24, 2}, {40, 2}, {80, 2}, {96, 1}, {192, 2}, {320, 1}}};

FamilyOptions proxyless_options(const FamilyOptions& options) {
    refuse_fixed_input("ofa-proxyless", options);
    const double width = options.width.value_or(1.3);
    if (width != 1.3)
        throw ConfigError(message("ofa-proxyless: width ", width, ", 1.3 expected"));
    return {width, ofa_resolutions(options), {}, {}};
}

std::vector<Gene> proxyless_genes(const FamilyOptions& options) {
    std::vector<std::vector<double>> depths(elastic_stages, {2, 3, 4});
    depths.push_back({1});
    std::vector<Gene> genes = ofa_mobilenet_genes(depths, ofa_resolutions(options));
    // OFA draws a depth for the sixth stage too, which has but one block.
    for (Gene& gene : genes) {
        if (gene.group == "d" && gene.slot == elastic_stages)
            gene.aliases = {{2, 0}, {3, 0}, {4, 0}};
    }
    return genes;
}

}  // namespace

OfaProxyless::OfaProxyless(const FamilyOptions& options)
    : Family("ofa-proxyless", proxyless_options(options), proxyless_genes(options)) {}

OpGraph OfaProxyless::lower(std::span<const GeneValue> genes) const {
    const double width = *options().width;
    const auto channels = [width](int base) { return make_divisible(base * width); };
    const auto resolution = static_cast<int>(value(genes, genes.size() - 1));
    GraphBuilder g;
    int x = g.input({3, resolution, resolution});
    x = conv_bn_act(g, x, channels(32), square(3, 2, 1), proxyless_eps, Activation::relu6,
                    "first_conv");
    x = mbconv(g, x,
               {.channels = channels(16),
                .activation = Activation::relu6,
                .shortcut = false,
                .eps = proxyless_eps},
               "first_block.");
    for (int s = 0; s <= elastic_stages; ++s) {
        const ProxylessStage& stage = proxyless_stages[static_cast<std::size_t>(s)];
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
                        .eps = proxyless_eps});
        }
    }
    g.place(-1, -1);
    x = conv_bn_act(g, x, channels(1280), {}, proxyless_eps, Activation::relu6, "feature_mix");
    x = g.flatten(g.global_pool(x, "pool"), "flatten");
    g.linear(x, proxyless_classes, true, "classifier");
    return std::move(g).build();
}

}  // namespace latpred
