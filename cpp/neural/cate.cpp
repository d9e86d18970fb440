#include "neural/cate.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/pair_transformer_impl.hpp"

namespace latpred {
namespace {

constexpr const char* cate_place = "cate";
constexpr std::size_t most_cate_layers = 128;
constexpr std::size_t most_cate_width = 4096;

void want_share(const char* name, double value) {
    if (!(value >= 0 && value < 1))
        throw ConfigError(message("cate: ", name, " from 0 to below 1 expected, got ", value));
}

}  // namespace

void check_cate(const CateSettings& s) {
    for (const std::size_t layers : {s.graph_layers, s.pair_layers}) {
        if (layers < 1 || layers > most_cate_layers)
            throw ConfigError(
                message("cate: 1 to ", most_cate_layers, " layers expected, got ", layers));
    }
    for (const std::size_t width : {s.width, s.graph_hidden, s.pair_hidden}) {
        if (width < 1 || width > most_cate_width)
            throw ConfigError(
                message("cate: widths of 1 to ", most_cate_width, " expected, got ", width));
    }
    if (s.heads < 1 || s.width % s.heads != 0)
        throw ConfigError(
            message("cate: heads that divide the width of ", s.width, " expected, got ", s.heads));
    want_share("dropout", s.dropout);
    want_share("corruption", s.corruption);
    want_share("smoothing", s.smoothing);
    if (s.partners < 1)
        throw ConfigError("cate: at least 1 partner expected, got 0");
    if (!(s.most_params_apart >= 0))
        throw ConfigError(message("cate: a distance in parameters of at least 0 expected, got ",
                                  s.most_params_apart));
}

Cate::Cate(EncoderGraphs graphs, std::shared_ptr<const Network> network)
    : LearnedEncoding(std::move(graphs)), network_(std::move(network)) {}

std::size_t Cate::width() const {
    return network_->settings.width;
}

void Cate::encode(const EncoderGraph& graph, std::span<float> out) const {
    computed_alone(network_->pool, cate_place, [&] {
        const PlainMode plain;
        const EncoderGraph* one = &graph;
        const EncoderTensors tensors =
            encoder_tensors({&one, 1}, static_cast<std::int64_t>(graphs().operations().size()));
        const std::vector<at::Tensor> parameters = network_->block.views(false);
        const at::Tensor nodes = network_->layers.nodes(
            tensors, tensors.operations, tensors.numbers, parameters, Dropper::none());
        const at::Tensor last = nodes[0][nodes.size(1) - 1].contiguous();
        std::copy_n(last.const_data_ptr<float>(), out.size(), out.data());
    });
}

void Cate::store_network(TensorFile& file, const std::string& prefix) const {
    const CateSettings& s = network_->settings;
    std::vector<std::int32_t> sizes;
    for (const std::size_t size :
         {s.graph_layers, s.pair_layers, s.width, s.heads, s.graph_hidden, s.pair_hidden})
        sizes.push_back(static_cast<std::int32_t>(size));
    file.put(prefix + "sizes", sizes);
    network_->block.store(file, prefix + "network.");
}

NetworkFeaturesPtr load_cate(const SpacePtr& space, const TensorFile& file,
                             const std::string& prefix) {
    EncoderGraphs graphs = EncoderGraphs::load(space, file, prefix + "graphs.");
    const std::vector<std::int32_t> sizes = file.integers(prefix + "sizes");
    if (sizes.size() != 6 || std::ranges::any_of(sizes, [](std::int32_t size) { return size < 1; }))
        throw CorruptionError("damaged file: the sizes of a CATE network expected");
    CateSettings s;
    std::size_t next = 0;
    for (std::size_t* size :
         {&s.graph_layers, &s.pair_layers, &s.width, &s.heads, &s.graph_hidden, &s.pair_hidden})
        *size = static_cast<std::size_t>(sizes[next++]);
    try {
        check_cate(s);
    } catch (const ConfigError& error) {
        throw CorruptionError(message("damaged file: ", error.what()));
    }
    PairTransformer layers(s, static_cast<std::int64_t>(graphs.operations().size()),
                           static_cast<std::int64_t>(graphs.numbers()));
    TensorBlock block = TensorBlock::load(layers.tensors(), file, prefix + "network.");
    return std::make_shared<const Cate>(
        std::move(graphs),
        std::make_shared<const Cate::Network>(std::move(s), std::move(layers), std::move(block)));
}

}  // namespace latpred
