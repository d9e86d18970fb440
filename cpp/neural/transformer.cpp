#include "neural/transformer_impl.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <limits>

namespace latpred {
namespace {

constexpr double layer_norm_epsilon = 1e-5;  // PyTorch's

at::Tensor attended(TensorReader& reader, const at::Tensor& x, const at::Tensor& bias,
                    const TransformerShape& shape) {
    const std::int64_t batch = x.size(0);
    const std::int64_t length = x.size(1);
    const std::int64_t size = shape.width / shape.heads;
    const at::Tensor all =
        reader.linear(x).view({batch, length, 3, shape.heads, size}).permute({2, 0, 3, 1, 4});
    const at::Tensor query = at::mul(all[0], 1 / std::sqrt(static_cast<double>(size)));
    const at::Tensor scores = at::matmul(query, all[1].transpose(2, 3));
    const at::Tensor mixed = at::matmul(at::softmax(at::add(scores, bias), 3), all[2]);
    return reader.linear(mixed.transpose(1, 2).reshape({batch, length, shape.width}));
}

}  // namespace

Dropper::Dropper(double rate, std::uint64_t stream) : rate_(rate) {
    if (rate > 0)
        random_ = at::detail::createCPUGenerator(stream);
}

at::Tensor Dropper::operator()(const at::Tensor& x) const {
    if (rate_ == 0)
        return x;
    const at::Tensor mask = at::empty(x.sizes(), at::kFloat).bernoulli_(1 - rate_, random_);
    return at::mul(x, mask.div_(1 - rate_));
}

void add_layer_norm(std::vector<LayerTensor>& tensors, const std::string& prefix,
                    std::int64_t width) {
    tensors.push_back({prefix + "weight", {width}, {Start::Kind::constant, 1}});
    tensors.push_back({prefix + "bias", {width}, {Start::Kind::constant, 0}});
}

at::Tensor layer_normed(TensorReader& reader, const at::Tensor& x) {
    const at::Tensor& weight = reader.next();
    return at::layer_norm(x, {x.size(-1)}, weight, reader.next(), layer_norm_epsilon);
}

void add_transformer(std::vector<LayerTensor>& tensors, const std::string& prefix,
                     const TransformerShape& shape) {
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const std::string own = prefix + "layer" + std::to_string(layer) + ".";
        add_layer_norm(tensors, own + "attention.norm.", shape.width);
        add_linear(tensors, own + "attention.in.", shape.width, 3 * shape.width);
        add_linear(tensors, own + "attention.out.", shape.width, shape.width);
        add_layer_norm(tensors, own + "norm.", shape.width);
        add_linear(tensors, own + "0.", shape.width, shape.hidden);
        add_linear(tensors, own + "1.", shape.hidden, shape.width);
    }
    add_layer_norm(tensors, prefix + "norm.", shape.width);
}

at::Tensor transformed(TensorReader& reader, at::Tensor x, const at::Tensor& bias,
                       const TransformerShape& shape, const Dropper& drop) {
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        const at::Tensor first = layer_normed(reader, x);
        x = at::add(x, drop(attended(reader, first, bias, shape)));
        const at::Tensor second = layer_normed(reader, x);
        const at::Tensor hidden = drop(at::gelu(reader.linear(second)));
        x = at::add(x, drop(reader.linear(hidden)));
    }
    return layer_normed(reader, x);
}

at::Tensor attention_bias(const at::Tensor& seen) {
    return at::zeros_like(seen).masked_fill_(at::eq(seen, 0),
                                             -std::numeric_limits<float>::infinity());
}

}  // namespace latpred
