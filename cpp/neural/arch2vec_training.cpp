#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "neural/arch2vec_network_impl.hpp"

namespace latpred {
namespace {

constexpr const char* training_place = "arch2vec training";
constexpr std::size_t judged_at_once = 64;

std::string arch2vec_context(const Arch2VecSettings& s, const EncoderNetworks& networks) {
    return message("arch2vec ", s.form, ' ', s.hops, ' ', s.hidden, ' ', s.latent, ' ', s.dropout,
                   ' ', s.noise, ' ', s.held_out_share, ' ', networks_fingerprint(networks.fitted));
}

/// A sample of the posterior, some of whose numbers are dropped.
at::Tensor sampled(const GraphPosterior& posterior, const Arch2VecSettings& settings,
                   std::uint64_t stream) {
    const at::Generator random = at::detail::createCPUGenerator(stream);
    at::Tensor latent = posterior.mean;
    if (settings.noise > 0) {
        const at::Tensor noise = at::empty(latent.sizes(), at::kFloat).normal_(0, 1, random);
        latent = at::add(latent,
                         at::mul(at::exp(posterior.log_deviation), at::mul(noise, settings.noise)));
    }
    if (settings.dropout > 0) {
        const double kept = 1 - settings.dropout;
        const at::Tensor mask = at::empty(latent.sizes(), at::kFloat).bernoulli_(kept, random);
        latent = at::mul(latent, at::div(mask, kept));
    }
    return latent;
}

/// What is decoded of networks held out.
struct Score {
    double operations = 0, nodes = 0;
    std::vector<double> frequency;               ///< of each operation
    std::vector<std::pair<float, bool>> places;  ///< score of each, and whether an edge is there

    void add(const EncoderTensors& graphs, const GraphAutoencoder::Decoded& decoded) {
        const at::Tensor rows = graphs.operations.reshape({-1});
        const at::Tensor real =
            graphs.present.defined() ? rows.index_select(0, graphs.present) : rows;
        operations += at::sum(at::eq(at::argmax(decoded.operations, 1), real)).item<double>();
        nodes += static_cast<double>(real.size(0));
        frequency.resize(static_cast<std::size_t>(decoded.operations.size(1)) + 1, 0.0);
        for (std::int64_t i = 0; i < real.size(0); ++i)
            frequency[static_cast<std::size_t>(real.const_data_ptr<std::int64_t>()[i])] += 1;
        const at::Tensor upper =
            at::triu(at::mul(graphs.there.unsqueeze(1), graphs.there.unsqueeze(2)), 1);
        for (std::int64_t i = 0; i < upper.numel(); ++i) {
            if (upper.const_data_ptr<float>()[i] != 0)
                places.emplace_back(decoded.edges.const_data_ptr<float>()[i],
                                    graphs.adjacency.const_data_ptr<float>()[i] != 0);
        }
    }

    /// Share of the pairs of an edge and a missing one in which the edge has the higher score, of
    /// equal ones half; 1/2 where there are none.
    [[nodiscard]] double edges() {
        std::ranges::sort(places);
        double won = 0;
        double present = 0;
        double missing = 0;
        for (std::size_t begin = 0; begin < places.size();) {
            double here = 0;
            double gone = 0;
            std::size_t end = begin;
            for (; end < places.size() && places[end].first == places[begin].first; ++end)
                (places[end].second ? here : gone) += 1;
            won += here * (missing + gone / 2);
            present += here;
            missing += gone;
            begin = end;
        }
        return present * missing > 0 ? won / (present * missing) : 0.5;
    }
};

}  // namespace

Arch2VecTraining::Arch2VecTraining(const Architectures& archs, const Arch2VecSettings& settings,
                                   int threads)
    : settings_((check_arch2vec(settings), settings)),
      networks_(split_networks(archs, settings.held_out_share, settings.loop.seed)),
      graphs_(settings.form, networks_.fitted, threads),
      fitted_(graphs_.read(networks_.fitted, threads)) {
    network_ = std::make_shared<Arch2Vec::Network>(
        settings_,
        GraphAutoencoder(settings_, static_cast<std::int64_t>(graphs_.operations().size()),
                         static_cast<std::int64_t>(graphs_.numbers())));
    network_->block.initialise(settings_.loop.seed);
    begin(settings_.optimizer, settings_.schedule, settings_.loop, networks_.fitted.size(),
          arch2vec_context(settings_, networks_));
}

const Parameters& Arch2VecTraining::parameters() const {
    return network_->block.parameters();
}

std::vector<std::int64_t> Arch2VecTraining::shape(std::size_t tensor) const {
    return network_->block.tensors()[tensor].shape;
}

double Arch2VecTraining::step(std::span<const std::uint32_t> rows) {
    return computed_alone(network_->pool, training_place, [&] {
        const GradientMode gradients;
        std::vector<const EncoderGraph*> some;
        for (const std::uint32_t row : rows)
            some.push_back(&fitted_.graphs[fitted_.index[row]]);
        const EncoderTensors graphs =
            encoder_tensors(some, static_cast<std::int64_t>(graphs_.operations().size()));
        const std::vector<at::Tensor> parameters = network_->block.views(true);
        const GraphPosterior posterior = network_->layers.encode(graphs, parameters, true);
        const at::Tensor latent = sampled(posterior, settings_, stream(rows));
        const at::Tensor loss = network_->layers.loss(
            graphs, posterior, network_->layers.decode(graphs, latent, parameters));
        std::ranges::fill(this->parameters().gradients(), 0.0F);
        network_->block.add_gradients(slopes_by(parameters, loss));
        return loss.item<double>();
    });
}

NetworkFeaturesPtr Arch2VecTraining::model() const {
    auto copy = std::make_shared<Arch2Vec::Network>(settings_, network_->layers);
    std::ranges::copy(parameters().values(), copy->block.parameters().values().begin());
    return std::make_shared<const Arch2Vec>(graphs_, std::move(copy));
}

std::map<std::string, double> Arch2VecTraining::judge() const {
    if (networks_.held_out.size() == 0)
        return {};
    const EncoderGraphBatch batch = graphs_.read(networks_.held_out);
    Score score;
    for (std::size_t first = 0; first < batch.graphs.size(); first += judged_at_once) {
        Monitor::current().poll();
        std::vector<const EncoderGraph*> some;
        for (std::size_t i = first; i < std::min(first + judged_at_once, batch.graphs.size()); ++i)
            some.push_back(&batch.graphs[i]);
        computed_alone(network_->pool, training_place, [&] {
            const PlainMode plain;
            const EncoderTensors graphs =
                encoder_tensors(some, static_cast<std::int64_t>(graphs_.operations().size()));
            const std::vector<at::Tensor> views = network_->block.views(false);
            const at::Tensor mean = network_->layers.encode(graphs, views, false).mean;
            score.add(graphs, network_->layers.decode(graphs, mean, views));
        });
    }
    return {{"operations", score.operations / score.nodes},
            {"operations by chance", std::ranges::max(score.frequency) / score.nodes},
            {"edges", score.edges()},
            {"edges by chance", 0.5}};
}

}  // namespace latpred
