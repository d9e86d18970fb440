#include "neural/arch2vec.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/arch2vec_network_impl.hpp"

namespace latpred {
namespace {

constexpr const char* arch2vec_place = "arch2vec";
constexpr std::size_t most_hops = 64;
constexpr std::size_t most_hidden = 4096;

}  // namespace

void check_arch2vec(const Arch2VecSettings& settings) {
    if (settings.hops < 1 || settings.hops > most_hops)
        throw ConfigError(
            message("arch2vec: 1 to ", most_hops, " hops expected, got ", settings.hops));
    for (const std::size_t width : {settings.hidden, settings.latent}) {
        if (width < 1 || width > most_hidden)
            throw ConfigError(message("arch2vec: hidden and latent widths of 1 to ", most_hidden,
                                      " expected, got ", width));
    }
    if (!(settings.dropout >= 0 && settings.dropout < 1))
        throw ConfigError(
            message("arch2vec: dropout from 0 to below 1 expected, got ", settings.dropout));
    if (!(settings.noise >= 0 && std::isfinite(settings.noise)))
        throw ConfigError(message("arch2vec: noise of at least 0 expected, got ", settings.noise));
}

Arch2Vec::Arch2Vec(EncoderGraphs graphs, std::shared_ptr<const Network> network)
    : LearnedEncoding(std::move(graphs)), network_(std::move(network)) {}

std::size_t Arch2Vec::width() const {
    return network_->settings.latent;
}

void Arch2Vec::encode(const EncoderGraph& graph, std::span<float> out) const {
    computed_alone(network_->pool, arch2vec_place, [&] {
        const PlainMode plain;
        const EncoderGraph* one = &graph;
        const EncoderTensors tensors =
            encoder_tensors({&one, 1}, static_cast<std::int64_t>(graphs().operations().size()));
        const std::vector<at::Tensor> parameters = network_->block.views(false);
        const at::Tensor code = GraphAutoencoder::pool(
            tensors, network_->layers.encode(tensors, parameters, false).mean);
        std::copy_n(code.contiguous().const_data_ptr<float>(), out.size(), out.data());
    });
}

void Arch2Vec::store_network(TensorFile& file, const std::string& prefix) const {
    const Arch2VecSettings& settings = network_->settings;
    const auto number = [](std::size_t value) { return static_cast<std::int32_t>(value); };
    file.put(prefix + "sizes",
             std::vector<std::int32_t>{number(settings.hops), number(settings.hidden),
                                       number(settings.latent)});
    network_->block.store(file, prefix + "network.");
}

NetworkFeaturesPtr load_arch2vec(const SpacePtr& space, const TensorFile& file,
                                 const std::string& prefix) {
    EncoderGraphs graphs = EncoderGraphs::load(space, file, prefix + "graphs.");
    const std::vector<std::int32_t> sizes = file.integers(prefix + "sizes");
    if (sizes.size() != 3 || std::ranges::any_of(sizes, [](std::int32_t size) { return size < 1; }))
        throw CorruptionError("damaged file: the sizes of an Arch2Vec network expected");
    Arch2VecSettings settings;
    settings.hops = static_cast<std::size_t>(sizes[0]);
    settings.hidden = static_cast<std::size_t>(sizes[1]);
    settings.latent = static_cast<std::size_t>(sizes[2]);
    try {
        check_arch2vec(settings);
    } catch (const ConfigError& error) {
        throw CorruptionError(message("damaged file: ", error.what()));
    }
    GraphAutoencoder layers(settings, static_cast<std::int64_t>(graphs.operations().size()),
                            static_cast<std::int64_t>(graphs.numbers()));
    TensorBlock block = TensorBlock::load(layers.tensors(), file, prefix + "network.");
    return std::make_shared<const Arch2Vec>(
        std::move(graphs), std::make_shared<const Arch2Vec::Network>(
                               std::move(settings), std::move(layers), std::move(block)));
}

}  // namespace latpred
