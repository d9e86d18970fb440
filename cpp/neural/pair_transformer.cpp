#include "neural/pair_transformer_impl.hpp"

#include <cmath>

namespace latpred {
namespace {

std::int64_t whole(std::size_t value) {
    return static_cast<std::int64_t>(value);
}

double layer_macs(const TransformerShape& shape) {
    const auto width = static_cast<double>(shape.width);
    return static_cast<double>(shape.layers) *
           (4 * width * width + 2 * width * static_cast<double>(shape.hidden));
}

}  // namespace

PairTransformer::PairTransformer(const CateSettings& s, std::int64_t operations,
                                 std::int64_t numbers)
    : graph_{whole(s.graph_layers), whole(s.width), whole(s.heads), whole(s.graph_hidden)},
      pair_{whole(s.pair_layers), whole(s.width), whole(s.heads), whole(s.pair_hidden)},
      numbers_(numbers) {
    const std::int64_t width = graph_.width;
    tensors_.push_back({"operations", {operations + 1, width}, {Start::Kind::normal, 1}});
    if (numbers > 0)
        add_linear(tensors_, "numbers.", numbers, width);
    add_transformer(tensors_, "graph.", graph_);
    first_of_pair_ = tensors_.size();
    tensors_.push_back({"sides", {2, width}, {Start::Kind::normal, 1}});
    add_transformer(tensors_, "pair.", pair_);
    add_linear(tensors_, "guess.0.", width, width);
    add_linear(tensors_, "guess.1.", width, operations);
}

at::Tensor PairTransformer::nodes(const EncoderTensors& graphs, const at::Tensor& tokens,
                                  const at::Tensor& numbers, Tensors parameters,
                                  const Dropper& drop) const {
    TensorReader reader(parameters);
    at::Tensor x = at::embedding(reader.next(), tokens);
    if (numbers_ > 0)
        x = at::add(x, reader.linear(numbers));
    return transformed(reader, drop(x), attention_bias(graphs.reached).unsqueeze(1), graph_, drop);
}

at::Tensor PairTransformer::guesses(const EncoderTensors& graphs, const at::Tensor& nodes,
                                    const at::Tensor& places, Tensors parameters,
                                    const Dropper& drop) const {
    TensorReader reader(parameters.subspan(first_of_pair_));
    const at::Tensor& sides = reader.next();
    const std::int64_t pairs = nodes.size(0) / 2;
    const at::Tensor first =
        at::add(nodes.narrow(0, 0, pairs), drop(sides[0].expand_as(nodes.narrow(0, 0, pairs))));
    const at::Tensor second = at::add(nodes.narrow(0, pairs, pairs),
                                      drop(sides[1].expand_as(nodes.narrow(0, pairs, pairs))));
    const at::Tensor there =
        at::cat({graphs.there.narrow(0, 0, pairs), graphs.there.narrow(0, pairs, pairs)}, 1);
    const at::Tensor bias = attention_bias(there).unsqueeze(1).unsqueeze(1);
    const at::Tensor x = transformed(reader, at::cat({first, second}, 1), bias, pair_, drop);
    const at::Tensor some = x.reshape({-1, x.size(2)}).index_select(0, places);
    const at::Tensor hidden = drop(at::tanh(reader.linear(some)));
    return at::log_softmax(reader.linear(hidden), 1);
}

at::Tensor PairTransformer::loss(const at::Tensor& guesses, const at::Tensor& operations,
                                 double smoothing) {
    const auto others = static_cast<double>(guesses.size(1) - 1);
    const double spread = others > 0 ? smoothing / others : 0;
    const double own = others > 0 ? 1 - smoothing : 1;
    const at::Tensor right = at::gather(guesses, 1, operations.unsqueeze(1)).sum();
    const at::Tensor all = at::sum(guesses);
    // What is left where every guess is the wanted distribution.
    double least = own * std::log(own);
    if (spread > 0)
        least += others * spread * std::log(spread);
    const at::Tensor crossed = at::add(at::mul(right, own - spread), at::mul(all, spread));
    return at::sub(at::scalar_tensor(least * static_cast<double>(operations.size(0)), at::kFloat),
                   crossed);
}

double PairTransformer::macs_a_token() const {
    return layer_macs(graph_) + layer_macs(pair_);
}

}  // namespace latpred
