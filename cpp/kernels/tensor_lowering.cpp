#include "kernels/tensor_lowering.hpp"

#include <array>

#include "base/text.hpp"

namespace latpred {

int TensorLowering::plane(int number) {
    const auto at = static_cast<std::size_t>(number);
    if (!flat_[at])
        return values_[at];
    const Op& op = from_.ops[at];
    return view(op.name() + ".plane", "aten.unsqueeze.default", values_[at], planes_of(op.shape));
}

int TensorLowering::vector(int number) {
    const auto at = static_cast<std::size_t>(number);
    if (flat_[at])
        return values_[at];
    const Op& op = from_.ops[at];
    return view(op.name() + ".flat", "aten.flatten.using_ints", values_[at],
                {batch_, op.shape.elements()});
}

std::vector<int> TensorLowering::planes(const Op& op) {
    std::vector<int> found;
    for (const int number : from_.inputs_of(op))
        found.push_back(plane(number));
    return found;
}

int TensorLowering::conv(const Op& op) {
    const bool transposed = op.kind == OpKind::conv_transpose;
    const std::int64_t in = from_.input_shape(op).channels;
    const std::int64_t out = op.shape.channels;
    const std::int64_t groups = op.window.groups;
    std::vector<int> inputs = planes(op);
    inputs.push_back(weight(op, {transposed ? in : out, (transposed ? out : in) / groups,
                                 op.window.kernel_h, op.window.kernel_w}));
    add_bias(op, out, inputs);
    return call(transposed ? TensorKind::conv_transpose : TensorKind::conv, op.name(),
                transposed ? "aten.conv_transpose2d.input" : "aten.conv2d.default",
                std::move(inputs), sizes(), {.groups = op.window.groups});
}

int TensorLowering::linear(const Op& op) {
    const bool flat = from_.input_shape(op).flat();
    const std::int64_t features = flat ? op.shape.channels : op.shape.width;
    std::vector<int> inputs{flat ? vector(source(op)) : plane(source(op)),
                            weight(op, {features, from_.input_shape(op).features()})};
    add_bias(op, features, inputs);
    return call(TensorKind::matmul, op.name(), "aten.linear.default", std::move(inputs), sizes(),
                {.transpose_b = true});
}

int TensorLowering::batch_norm(const Op& op) {
    const std::int64_t channels = op.shape.channels;
    std::vector<int> inputs = planes(op);
    for (const char* part : {".weight", ".bias"})
        inputs.push_back(made_.weight({op.name() + part, {channels}}));
    for (const char* part : {".running_mean", ".running_var"})
        inputs.push_back(made_.constant({op.name() + part, {channels}}));
    return call(TensorKind::batch_norm, op.name(), "aten.batch_norm.default", std::move(inputs),
                sizes());
}

/// Of the channels of each pixel as PyTorch does it: they are made the last axis, and then the
/// first one again.
int TensorLowering::layer_norm(const Op& op) {
    const std::array<int, 3> shape = op.shape.sizes();
    const bool channels = op.axes == 0;
    const auto begin = channels ? shape.begin() : shape.end() - op.axes;
    const Sizes normed(begin, channels ? begin + 1 : shape.end());
    Sizes held = sizes();
    int from = plane(source(op));
    if (channels) {
        held = {batch_, shape[1], shape[2], shape[0]};
        from = turned(op.name() + ".pixels", "aten.permute.default", from, held);
    }
    std::vector<int> inputs{from, weight(op, normed)};
    if (op.bias)
        inputs.push_back(made_.weight({op.name() + ".bias", normed}));
    const int value = call(TensorKind::layer_norm, channels ? op.name() + ".normed" : op.name(),
                           "aten.layer_norm.default", std::move(inputs), held);
    return channels ? turned(op.name(), "aten.permute.default", value, sizes()) : value;
}

int TensorLowering::matmul(const Op& op) {
    std::vector<int> factors = planes(op);
    if (op.transpose_b) {
        const Shape& b = from_.input_shape(op, 1);
        factors[1] = turned(op.name() + ".b", "aten.transpose.int", factors[1],
                            {batch_, b.channels, b.width, b.height});
    }
    return call(TensorKind::matmul, op.name(), "aten.matmul.default", std::move(factors), sizes());
}

int TensorLowering::embedding(const Op& op) {
    const std::int64_t tokens = op.shape.height;
    const std::int64_t features = op.shape.width;
    const int table = weight(op, {op.vocabulary, features});
    const int numbers = call(TensorKind::cast, op.name() + ".tokens", "aten.to.dtype",
                             {vector(source(op))}, {batch_, tokens});
    const int rows = call(TensorKind::embedding, op.name() + ".rows", "aten.embedding.default",
                          {table, numbers}, {batch_, tokens, features});
    return view(op.name(), "aten.unsqueeze.default", rows, sizes());
}

/// One term after the other.
int TensorLowering::sum(const Op& op) {
    const std::vector<int> terms = planes(op);
    int total = terms.front();
    for (std::size_t i = 1; i < terms.size(); ++i) {
        const std::string name = i + 1 < terms.size() ? message(op.name(), ".", i) : op.name();
        total = call(TensorKind::arithmetic, name, "aten.add.Tensor", {total, terms[i]}, sizes());
    }
    return total;
}

}  // namespace latpred
