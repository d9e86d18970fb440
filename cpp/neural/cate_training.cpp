#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "neural/pair_transformer_impl.hpp"

namespace latpred {
namespace {

constexpr const char* cate_training_place = "cate training";
constexpr double macs_at_once = 6e7;  // less than a tenth of a second
constexpr std::uint64_t judging = 0x6a7564676564;

std::string cate_context(const CateSettings& s, const EncoderNetworks& networks) {
    return message("cate ", s.form, ' ', s.graph_layers, ' ', s.pair_layers, ' ', s.width, ' ',
                   s.heads, ' ', s.graph_hidden, ' ', s.pair_hidden, ' ', s.dropout, ' ',
                   s.corruption, ' ', s.smoothing, ' ', s.partners, ' ', s.most_params_apart, ' ',
                   s.held_out_share, ' ', networks_fingerprint(networks.fitted));
}

ScheduleSettings cate_schedule(const CateSettings& s, std::size_t rows) {
    const std::size_t batch = std::max<std::size_t>(1, s.loop.batch_size);
    const auto steps = static_cast<double>(s.loop.epochs * ((rows + batch - 1) / batch));
    ScheduleSettings schedule{.name = "linear"};
    schedule.warmup = std::min(0.5, static_cast<double>(s.warmup_steps) / std::max(1.0, steps));
    return schedule;
}

std::uint64_t pair_stream(std::uint64_t seed, std::uint64_t epoch, std::uint64_t pair) {
    return Hash64().value(seed).value(epoch).value(pair).digest();
}

std::size_t count_places(std::span<const MaskedPair> masks) {
    std::size_t count = 0;
    for (const MaskedPair& mask : masks)
        count += mask.places[0].size() + mask.places[1].size();
    return count;
}

}  // namespace

/// Some pairs as tensors: the B first graphs, then the B second ones.
struct CateTraining::Part {
    EncoderTensors graphs;
    at::Tensor tokens, numbers;
    at::Tensor places;      ///< in B x 2V
    at::Tensor operations;  ///< at the places
};

CateTraining::CateTraining(const Architectures& archs, const CateSettings& settings, int threads)
    : settings_((check_cate(settings), settings)),
      networks_(split_networks(archs, settings.held_out_share, settings.loop.seed)),
      graphs_(settings.form, networks_.fitted, threads),
      fitted_(graphs_.read(networks_.fitted, threads)),
      pairs_(similar_pairs(networks_.fitted, settings.partners, settings.most_params_apart,
                           settings.loop.seed)) {
    if (pairs_.empty())
        throw DataError(message("cate: networks of similar size expected, no two of ",
                                networks_.fitted.size(), " are"));
    network_ = std::make_shared<Cate::Network>(
        settings_,
        PairTransformer(settings_, static_cast<std::int64_t>(graphs_.operations().size()),
                        static_cast<std::int64_t>(graphs_.numbers())));
    network_->block.initialise(settings_.loop.seed);
    begin(settings_.optimizer, cate_schedule(settings_, pairs_.size()), settings_.loop,
          pairs_.size(), cate_context(settings_, networks_));
}

const Parameters& CateTraining::parameters() const {
    return network_->block.parameters();
}

std::vector<std::int64_t> CateTraining::shape(std::size_t tensor) const {
    return network_->block.tensors()[tensor].shape;
}

std::vector<MaskedPair> CateTraining::masks(std::span<const std::uint32_t> rows) const {
    std::vector<MaskedPair> masks;
    for (const std::uint32_t row : rows) {
        const NetworkPair& pair = pairs_[row];
        masks.push_back(masked(fitted_.graphs[fitted_.index[pair.first]],
                               fitted_.graphs[fitted_.index[pair.second]],
                               graphs_.operations().size(), settings_.corruption,
                               pair_stream(settings_.loop.seed, loop().history().size(), row)));
    }
    return masks;
}

std::size_t CateTraining::pairs_at_once() const {
    std::size_t widest = 1;
    for (const EncoderGraph& graph : fitted_.graphs)
        widest = std::max(widest, graph.nodes());
    const double macs = 2 * static_cast<double>(widest) * network_->layers.macs_a_token();
    return std::max<std::size_t>(1, static_cast<std::size_t>(macs_at_once / macs));
}

CateTraining::Part CateTraining::part_of(const EncoderGraphBatch& batch,
                                         std::span<const NetworkPair> pairs,
                                         std::span<const MaskedPair> masks) const {
    const bool costs = graphs_.numbers_are_costs();
    std::vector<const EncoderGraph*> graphs;
    for (const NetworkPair& pair : pairs)
        graphs.push_back(&batch.graphs[batch.index[pair.first]]);
    for (const NetworkPair& pair : pairs)
        graphs.push_back(&batch.graphs[batch.index[pair.second]]);
    Part part;
    part.graphs = encoder_tensors(graphs, static_cast<std::int64_t>(graphs_.operations().size()));
    part.tokens = part.graphs.operations.clone();
    part.numbers = part.graphs.numbers.clone();
    const auto width = static_cast<std::size_t>(part.graphs.width());
    std::vector<std::int64_t> places;
    std::vector<std::int64_t> wanted;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        for (std::size_t side = 0; side < 2; ++side) {
            const std::size_t graph = i + side * pairs.size();
            std::ranges::copy(masks[i].tokens[side],
                              part.tokens.mutable_data_ptr<std::int64_t>() + graph * width);
            for (const std::size_t node : masks[i].places[side]) {
                places.push_back(static_cast<std::int64_t>((2 * i + side) * width + node));
                wanted.push_back(graphs[graph]->operations[node]);
                if (costs)  // which would tell the operation
                    part.numbers[static_cast<std::int64_t>(graph)][static_cast<std::int64_t>(node)]
                        .zero_();
            }
        }
    }
    part.places = at::tensor(places, at::kLong);
    part.operations = at::tensor(wanted, at::kLong);
    return part;
}

double CateTraining::compute_part(const Part& part, double share, std::uint64_t stream) {
    const std::vector<at::Tensor> views = network_->block.views(true);
    const Dropper drop(settings_.dropout, stream);
    const at::Tensor nodes =
        network_->layers.nodes(part.graphs, part.tokens, part.numbers, views, drop);
    const at::Tensor guesses =
        network_->layers.guesses(part.graphs, nodes, part.places, views, drop);
    const at::Tensor loss =
        at::mul(PairTransformer::loss(guesses, part.operations, settings_.smoothing), share);
    network_->block.add_gradients(slopes_by(views, loss));
    return loss.item<double>();
}

double CateTraining::step(std::span<const std::uint32_t> rows) {
    const std::vector<MaskedPair> all = masks(rows);
    const double share = 1 / static_cast<double>(count_places(all));
    const std::size_t most = pairs_at_once();
    std::ranges::fill(parameters().gradients(), 0.0F);
    double loss = 0;
    for (std::size_t first = 0; first < rows.size(); first += most) {
        Monitor::current().poll();
        const std::size_t count = std::min(most, rows.size() - first);
        std::vector<NetworkPair> pairs;
        for (const std::uint32_t row : rows.subspan(first, count))
            pairs.push_back(pairs_[row]);
        loss += computed_alone(network_->pool, cate_training_place, [&] {
            const GradientMode gradients;
            return compute_part(part_of(fitted_, pairs, std::span(all).subspan(first, count)),
                                share, stream(rows.subspan(first, count)));
        });
    }
    return loss;
}

NetworkFeaturesPtr CateTraining::model() const {
    auto copy = std::make_shared<Cate::Network>(settings_, network_->layers);
    std::ranges::copy(parameters().values(), copy->block.parameters().values().begin());
    return std::make_shared<const Cate>(graphs_, std::move(copy));
}

std::map<std::string, double> CateTraining::judge() const {
    const std::vector<NetworkPair> pairs =
        similar_pairs(networks_.held_out, 1, settings_.most_params_apart, settings_.loop.seed);
    if (pairs.empty())
        return {};
    const EncoderGraphBatch batch = graphs_.read(networks_.held_out);
    std::vector<MaskedPair> all;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        all.push_back(masked(batch.graphs[batch.index[pairs[i].first]],
                             batch.graphs[batch.index[pairs[i].second]],
                             graphs_.operations().size(), settings_.corruption,
                             pair_stream(settings_.loop.seed, judging, i)));
    double right = 0;
    std::vector<double> frequency(graphs_.operations().size() + 1, 0.0);
    const std::size_t most = pairs_at_once();
    for (std::size_t first = 0; first < pairs.size(); first += most) {
        Monitor::current().poll();
        const std::size_t count = std::min(most, pairs.size() - first);
        computed_alone(network_->pool, cate_training_place, [&] {
            const PlainMode plain;
            const Part part = part_of(batch, std::span(pairs).subspan(first, count),
                                      std::span(all).subspan(first, count));
            const std::vector<at::Tensor> views = network_->block.views(false);
            const at::Tensor nodes = network_->layers.nodes(part.graphs, part.tokens, part.numbers,
                                                            views, Dropper::none());
            const at::Tensor guesses =
                network_->layers.guesses(part.graphs, nodes, part.places, views, Dropper::none());
            right += at::sum(at::eq(at::argmax(guesses, 1), part.operations)).item<double>();
            for (std::int64_t i = 0; i < part.operations.size(0); ++i)
                frequency[static_cast<std::size_t>(
                    part.operations.const_data_ptr<std::int64_t>()[i])] += 1;
        });
    }
    const auto places = static_cast<double>(count_places(all));
    return {{"operations", right / places},
            {"operations by chance", std::ranges::max(frequency) / places}};
}

}  // namespace latpred
