#include "spaces/fbnet.hpp"

#include <string>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "graphs/mbconv.hpp"
#include "spaces/image_options.hpp"

namespace latpred {
namespace {

constexpr double fbnet_eps = 1e-5;
constexpr int stem_channels = 16;
constexpr int cifar_size = 32;  // pixels
constexpr std::size_t skip = FbNet::operations.size() - 1;

struct FbNetStage {
    int blocks;
    int channels;
    int cifar_stride;  ///< of the first block
    int imagenet_stride;
};

constexpr std::array<FbNetStage, 7> fbnet_stages{{
    {1, 16, 1, 1},
    {4, 24, 1, 2},
    {4, 32, 2, 2},
    {4, 64, 2, 2},
    {4, 112, 1, 1},
    {4, 184, 2, 2},
    {1, 352, 1, 1},
}};

struct FbNetBlock {
    int kernel;
    double expand;
    int groups;
};

/// Of all operations but `skip`.
constexpr std::array<FbNetBlock, skip> fbnet_blocks{{
    {3, 1, 1},
    {3, 1, 2},
    {3, 3, 1},
    {3, 6, 1},
    {5, 1, 1},
    {5, 1, 2},
    {5, 3, 1},
    {5, 6, 1},
}};

std::vector<Gene> genes_of_blocks() {
    std::vector<Gene> genes;
    for (std::size_t stage = 0; stage < fbnet_stages.size(); ++stage) {
        for (int layer = 0; layer < fbnet_stages[stage].blocks; ++layer) {
            genes.push_back({"op",
                             static_cast<int>(genes.size()),
                             static_cast<int>(stage),
                             layer,
                             {},
                             {FbNet::operations.begin(), FbNet::operations.end()},
                             -1,
                             0});
        }
    }
    return genes;
}

int block(GraphBuilder& g, int from, std::size_t operation, int channels, int stride) {
    if (operation == skip) {
        if (stride == 1 && g.shape(from).channels == channels)
            return from;
        return conv_bn_act(g, from, channels, square(1, stride, 0), fbnet_eps, Activation::relu,
                           "skip");
    }
    const FbNetBlock& form = fbnet_blocks[operation];
    return mbconv(g, from,
                  {.channels = channels,
                   .kernel = form.kernel,
                   .stride = stride,
                   .expand = form.expand,
                   .eps = fbnet_eps,
                   .groups = form.groups,
                   .always_expands = true});
}

}  // namespace

FbNet::FbNet(const FamilyOptions& options)
    : Family("fbnet", image_options("fbnet", options, {.at_32 = 100, .at_224 = 1000}),
             genes_of_blocks()) {}

OpGraph FbNet::lower(std::span<const GeneValue> genes) const {
    const int size = *options().image_size;
    const bool cifar = size == cifar_size;
    GraphBuilder g;
    int x = g.input({3, size, size});
    x = conv_bn_act(g, x, stem_channels, square(3, cifar ? 1 : 2, 1), fbnet_eps, Activation::relu,
                    "stem");
    std::size_t gene = 0;
    for (std::size_t s = 0; s < fbnet_stages.size(); ++s) {
        const FbNetStage& stage = fbnet_stages[s];
        const int stride = cifar ? stage.cifar_stride : stage.imagenet_stride;
        for (int layer = 0; layer < stage.blocks; ++layer) {
            g.place(static_cast<int>(s), layer);
            x = block(g, x, static_cast<std::size_t>(genes[gene++]), stage.channels,
                      layer == 0 ? stride : 1);
        }
    }
    g.place(-1, -1);
    x = conv_bn_act(g, x, cifar ? 1504 : 1984, {}, fbnet_eps, Activation::relu, "header");
    x = g.flatten(g.global_pool(x, "pool"), "flatten");
    g.linear(x, *options().classes, true, "classifier");
    return std::move(g).build();
}

std::optional<std::vector<std::string>> FbNet::own_choices(const std::string& text) const {
    std::vector<std::string> choices(1);
    for (const char c : text) {
        if (c == '_') {
            choices.emplace_back();
        } else if (c >= '0' && c <= '9') {
            choices.back() += c;
        } else {
            return std::nullopt;
        }
    }
    if (choices.size() != blocks)
        return std::nullopt;
    for (std::string& choice : choices) {  // a number of no operation stays, to be named as wrong
        const auto number = parse_number<std::size_t>(choice);
        if (number && *number < operations.size())
            choice = operations[*number];
    }
    return choices;
}

}  // namespace latpred
