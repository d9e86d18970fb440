#include "neural/graph_autoencoder_impl.hpp"

#include <string>
#include <utility>

namespace latpred {
namespace {

constexpr double norm_epsilon = 1e-5;  // PyTorch's
constexpr double norm_momentum = 0.1;
constexpr std::size_t tensors_a_linear = 2;

/// As PyTorch's BatchNorm1d. The running statistics lie among the parameters, so that files and
/// checkpoints have them.
void add_norm(std::vector<LayerTensor>& tensors, const std::string& prefix, std::int64_t width) {
    tensors.push_back({prefix + "weight", {width}, {Start::Kind::constant, 1}});
    tensors.push_back({prefix + "bias", {width}, {Start::Kind::constant, 0}});
    tensors.push_back({prefix + "mean", {width}, {Start::Kind::constant, 0}, false});
    tensors.push_back({prefix + "variance", {width}, {Start::Kind::constant, 1}, false});
}

at::Tensor normed(TensorReader& reader, const at::Tensor& x, bool training) {
    const at::Tensor& weight = reader.next();
    const at::Tensor& bias = reader.next();
    const at::Tensor mean = reader.next();
    const at::Tensor variance = reader.next();
    const bool own = training && x.size(0) > 1;  // one node has no variance
    return at::relu(
        at::batch_norm(x, weight, bias, mean, variance, own, norm_momentum, norm_epsilon, false));
}

/// M x C of the nodes that are there, from B x V x C.
at::Tensor packed(const EncoderTensors& graphs, const at::Tensor& x) {
    const at::Tensor rows = x.reshape({-1, x.size(2)});
    return graphs.present.defined() ? rows.index_select(0, graphs.present) : rows;
}

at::Tensor unpacked(const EncoderTensors& graphs, const at::Tensor& x) {
    at::Tensor rows = x;
    if (graphs.present.defined())
        rows = at::index_add(at::zeros({graphs.graphs() * graphs.width(), x.size(1)}, at::kFloat),
                             0, graphs.present, x);
    return rows.view({graphs.graphs(), graphs.width(), x.size(1)});
}

/// One column an operation, one of nothing for what is unknown; then the numbers.
at::Tensor node_inputs(const EncoderTensors& graphs, std::int64_t operations) {
    const at::Tensor one_hot =
        at::one_hot(graphs.operations, operations + 1).narrow(2, 0, operations).to(at::kFloat);
    return graphs.numbers.size(2) == 0 ? one_hot : at::cat({one_hot, graphs.numbers}, 2);
}

}  // namespace

GraphAutoencoder::GraphAutoencoder(const Arch2VecSettings& settings, std::int64_t operations,
                                   std::int64_t numbers)
    : operations_(operations), hops_(static_cast<std::int64_t>(settings.hops)) {
    const auto hidden = static_cast<std::int64_t>(settings.hidden);
    const auto latent = static_cast<std::int64_t>(settings.latent);
    for (std::int64_t hop = 0; hop < hops_; ++hop) {
        const std::string prefix = "hop" + std::to_string(hop) + ".";
        tensors_.push_back({prefix + "epsilon", {1}, {Start::Kind::constant, 0}});
        add_linear(tensors_, prefix + "0.", hop == 0 ? operations + numbers : hidden, hidden);
        add_norm(tensors_, prefix + "0.norm.", hidden);
        add_linear(tensors_, prefix + "1.", hidden, hidden);
        add_norm(tensors_, prefix + "1.norm.", hidden);
    }
    add_linear(tensors_, "mean.", hidden, latent);
    add_linear(tensors_, "log_deviation.", hidden, latent);
    add_linear(tensors_, "operations.", latent, operations);
}

GraphPosterior GraphAutoencoder::encode(const EncoderTensors& graphs, Tensors parameters,
                                        bool training) const {
    const at::Tensor symmetric =
        at::add(graphs.adjacency, at::triu(graphs.adjacency, 1).transpose(1, 2));
    TensorReader reader(parameters);
    at::Tensor x = node_inputs(graphs, operations_);
    at::Tensor rows = packed(graphs, x);
    for (std::int64_t hop = 0; hop < hops_; ++hop) {
        const at::Tensor& epsilon = reader.next();
        const at::Tensor around = packed(graphs, at::bmm(symmetric, x));
        rows = at::add(at::mul(rows, at::add(epsilon, 1)), around);
        rows = normed(reader, reader.linear(rows), training);
        rows = normed(reader, reader.linear(rows), training);
        x = unpacked(graphs, rows);
    }
    at::Tensor mean = reader.linear(rows);
    return {std::move(mean), reader.linear(rows)};
}

GraphAutoencoder::Decoded GraphAutoencoder::decode(const EncoderTensors& graphs,
                                                   const at::Tensor& latent,
                                                   Tensors parameters) const {
    TensorReader reader(parameters.subspan(parameters.size() - tensors_a_linear));
    const at::Tensor nodes = unpacked(graphs, latent);
    return {reader.linear(latent), at::bmm(nodes, nodes.transpose(1, 2))};
}

at::Tensor GraphAutoencoder::loss(const EncoderTensors& graphs, const GraphPosterior& posterior,
                                  const Decoded& decoded) const {
    const auto columns = packed(graphs, node_inputs(graphs, operations_));
    const at::Tensor wanted = columns.narrow(1, 0, operations_);
    const at::Tensor operations =
        at::binary_cross_entropy(at::softmax(decoded.operations, 1), wanted);
    const at::Tensor both = at::mul(graphs.there.unsqueeze(1), graphs.there.unsqueeze(2));
    const at::Tensor upper = at::triu(both, 1);
    const at::Tensor edges =
        at::div(at::sum(at::mul(at::binary_cross_entropy_with_logits(
                                    decoded.edges, graphs.adjacency, {}, {}, at::Reduction::None),
                                upper)),
                at::sum(both));
    const at::Tensor& deviation = posterior.log_deviation;
    const at::Tensor divergence = at::mean(
        at::sum(at::sub(at::add(at::mul(deviation, 2), 1),
                        at::add(at::square(posterior.mean), at::exp(at::mul(deviation, 2)))),
                1));
    const auto places = static_cast<double>(deviation.size(0));
    return at::sub(at::add(operations, edges), at::mul(divergence, 0.5 / places));
}

at::Tensor GraphAutoencoder::pool(const EncoderTensors& graphs, const at::Tensor& nodes) {
    const at::Tensor padded = unpacked(graphs, nodes);
    return at::div(at::sum(padded, 1), at::sum(graphs.there, 1, true));
}

}  // namespace latpred
