#include "spaces/fbnetv3_published.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "graphs/mbconv.hpp"

namespace latpred {
namespace {

constexpr double published_eps = 1e-5;
constexpr int published_head = 1984;
constexpr int published_classes = 1000;

/// `count` blocks; those behind the first have stride 1.
struct Blocks {
    int kernel = 3;
    int channels = 0;
    int stride = 1;
    int count = 0;
    int expand = 1;
    int padding = -1;  ///< of the first one's depthwise convolution; -1: half of the kernel
};

struct Published {
    const char* name;
    int image_size;  ///< pixels
    int stem;        ///< channels
    std::array<std::array<Blocks, 2>, 7> stages;
};

constexpr std::array<bool, 7> squeezed{false, false, true, false, true, true, true};

constexpr std::array<std::array<Blocks, 2>, 7> stages_ab{{
    {{{3, 16, 1, 2, 1}, {}}},
    {{{5, 24, 2, 1, 4}, {5, 24, 1, 3, 2}}},
    {{{5, 40, 2, 1, 5}, {5, 40, 1, 4, 3}}},
    {{{5, 72, 2, 1, 5, 1}, {3, 72, 1, 4, 3}}},
    {{{3, 120, 1, 1, 5}, {5, 120, 1, 5, 3}}},
    {{{3, 184, 2, 1, 6, 0}, {5, 184, 1, 5, 4}}},
    {{{5, 224, 1, 1, 6}, {}}},
}};

constexpr std::array<Published, 7> published_nets{{
    {"A", 224, 16, stages_ab},
    {"B", 248, 16, stages_ab},
    {"C",
     248,
     16,
     {{
         {{{3, 16, 1, 2, 1}, {}}},
         {{{5, 24, 2, 1, 5}, {3, 24, 1, 4, 3}}},
         {{{5, 48, 2, 1, 5}, {5, 48, 1, 4, 2}}},
         {{{5, 88, 2, 1, 4, 1}, {3, 88, 1, 4, 3}}},
         {{{3, 120, 1, 1, 4}, {5, 120, 1, 5, 3}}},
         {{{5, 216, 2, 1, 5, 1}, {5, 216, 1, 5, 5}}},
         {{{5, 216, 1, 1, 6}, {}}},
     }}},
    {"D",
     248,
     24,
     {{
         {{{3, 16, 1, 2, 1}, {}}},
         {{{3, 24, 2, 1, 5}, {3, 24, 1, 5, 2}}},
         {{{5, 40, 2, 1, 4}, {3, 40, 1, 4, 3}}},
         {{{3, 72, 2, 1, 5}, {3, 72, 1, 4, 3}}},
         {{{3, 128, 1, 1, 5}, {5, 128, 1, 6, 3}}},
         {{{3, 208, 2, 1, 6}, {5, 208, 1, 5, 5}}},
         {{{5, 240, 1, 1, 6}, {}}},
     }}},
    {"E",
     264,
     24,
     {{
         {{{3, 16, 1, 3, 1}, {}}},
         {{{5, 24, 2, 1, 4}, {5, 24, 1, 4, 2}}},
         {{{5, 48, 2, 1, 4}, {5, 48, 1, 4, 3}}},
         {{{5, 80, 2, 1, 5, 1}, {3, 80, 1, 4, 3}}},
         {{{3, 128, 1, 1, 5}, {5, 128, 1, 7, 3}}},
         {{{3, 216, 2, 1, 6}, {5, 216, 1, 5, 5}}},
         {{{5, 240, 1, 1, 6}, {}}},
     }}},
    {"F",
     272,
     24,
     {{
         {{{3, 24, 1, 3, 1}, {}}},
         {{{5, 32, 2, 1, 4}, {5, 32, 1, 4, 2}}},
         {{{5, 56, 2, 1, 4}, {5, 56, 1, 4, 3}}},
         {{{5, 88, 2, 1, 5}, {3, 88, 1, 4, 3}}},
         {{{3, 144, 1, 1, 5}, {5, 144, 1, 8, 3}}},
         {{{3, 248, 2, 1, 6, 0}, {5, 248, 1, 6, 5}}},
         {{{5, 272, 1, 1, 6}, {}}},
     }}},
    {"G",
     320,
     32,
     {{
         {{{3, 24, 1, 3, 1}, {}}},
         {{{5, 40, 2, 1, 4}, {5, 40, 1, 4, 2}}},
         {{{5, 56, 2, 1, 4}, {5, 56, 1, 4, 3}}},
         {{{5, 104, 2, 1, 5}, {3, 104, 1, 4, 3}}},
         {{{3, 160, 1, 1, 5}, {5, 160, 1, 8, 3}}},
         {{{3, 264, 2, 1, 6}, {5, 264, 1, 6, 5}}},
         {{{5, 288, 1, 2, 6}, {}}},
     }}},
}};

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Published& net : published_nets)
        all.emplace_back(net.name);
    return all;
}

FamilyOptions no_options(const FamilyOptions& options) {
    if (options != FamilyOptions{}) {
        throw ConfigError(std::string(FbNetV3Published::published_name) +
                          ": no settings expected; each network has its own input size");
    }
    return options;
}

/// The nearest multiple of 8, or the next one where that loses more than 5 %.
int round_to_8(int value) {
    const int rounded = std::max(8, static_cast<int>(std::round(value / 8.0)) * 8);
    return rounded < 0.95 * value ? rounded + 8 : rounded;
}

int published_block(GraphBuilder& g, int from, const Blocks& blocks, bool first, bool squeeze) {
    const int in_channels = g.shape(from).channels;
    return mbconv(
        g, from,
        {.channels = blocks.channels,
         .kernel = blocks.kernel,
         .stride = first ? blocks.stride : 1,
         .expand = static_cast<double>(blocks.expand),
         .middle = round_to_8(in_channels * blocks.expand),
         .activation = Activation::h_swish,
         .squeeze_excite = squeeze,
         .eps = published_eps,
         .squeeze = {.reduced = round_to_8(in_channels / 4), .activation = Activation::h_swish},
         .padding = first ? blocks.padding : -1});
}

}  // namespace

FbNetV3Published::FbNetV3Published(const FamilyOptions& options)
    : Family(published_name, no_options(options), {{"net", 0, -1, -1, {}, names(), -1, 0}}) {}

OpGraph FbNetV3Published::lower(std::span<const GeneValue> genes) const {
    const Published& net = published_nets[static_cast<std::size_t>(genes.front())];
    GraphBuilder g;
    int x = g.input({3, net.image_size, net.image_size});
    x = conv_bn_act(g, x, net.stem, square(3, 2, 1), published_eps, Activation::h_swish, "stem");
    for (std::size_t s = 0; s < net.stages.size(); ++s) {
        int layer = 0;
        for (const Blocks& blocks : net.stages[s]) {
            for (int i = 0; i < blocks.count; ++i) {
                g.place(static_cast<int>(s), layer++);
                x = published_block(g, x, blocks, i == 0, squeezed[s]);
            }
        }
    }
    g.place(-1, -1);
    x = conv_bn_act(g, x, round_to_8(6 * g.shape(x).channels), {}, published_eps,
                    Activation::h_swish, "final_expand");
    x = g.conv(g.global_pool(x, "pool"), published_head, {}, false, "feature_mix");
    x = g.activation(x, Activation::h_swish, "feature_mix.act");
    x = g.flatten(g.global_pool(x, "classifier.pool"), "flatten");  // of one pixel, as published
    g.linear(x, published_classes, true, "classifier");
    return std::move(g).build();
}

std::vector<Place> FbNetV3Published::declare_places() const {
    return {{.name = "network", .columns = {0}}};
}

std::string FbNetV3Published::declared_place(const Op& /*op*/) const {
    return "network";
}

std::optional<std::vector<std::string>>
FbNetV3Published::own_choices(const std::string& text) const {
    const std::vector<std::string> known = names();
    if (std::ranges::find(known, text) == known.end())
        return std::nullopt;
    return std::vector{text};
}

}  // namespace latpred
