#include "kernels/tensor_graph_of.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/graph_builder.hpp"

namespace latpred {
namespace {

using TensorSizes = std::vector<std::int64_t>;

std::string_view type_of(Activation activation) {
    switch (activation) {
    case Activation::relu6:
        return "aten.hardtanh.default";
    case Activation::h_swish:
        return "aten.hardswish.default";
    case Activation::h_sigmoid:
        return "aten.hardsigmoid.default";
    case Activation::sigmoid:
        return "aten.sigmoid.default";
    case Activation::swish:
        return "aten.silu.default";
    case Activation::tanh:
        return "aten.tanh.default";
    case Activation::gelu:
        return "aten.gelu.default";
    default:
        return "aten.relu.default";
    }
}

std::string_view type_of(Border border) {
    switch (border) {
    case Border::reflect:
        return "aten.reflection_pad2d.default";
    case Border::replicate:
        return "aten.replication_pad2d.default";
    default:
        return "aten.constant_pad_nd.default";
    }
}

/// Writes one operator after the other. A value is a plane or flat, as PyTorch has it.
class TensorLowering {
  public:
    TensorLowering(const OpGraph& from, int batch)
        : from_(from), batch_(batch), flat_(flat_values(from)) {}

    TensorGraph lowered() {
        for (const Op& op : from_.ops)
            values_.push_back(lower(op));
        const int last = static_cast<int>(from_.ops.size()) - 1;
        made_.output(from_.ops.back().name(),
                     from_.output_shape().flat() ? vector(last) : plane(last));
        return std::move(made_);
    }

  private:
    [[nodiscard]] TensorSizes planes_of(const Shape& shape) const {
        return {batch_, shape.channels, shape.height, shape.width};
    }
    /// Of the value of the operator that is lowered now.
    [[nodiscard]] TensorSizes sizes() const {
        const Shape& shape = from_.ops[values_.size()].shape;
        return flat_[values_.size()] ? TensorSizes{batch_, shape.channels} : planes_of(shape);
    }

    int call(TensorKind kind, const std::string& name, std::string_view type,
             std::vector<int> inputs, TensorSizes sizes, TensorAttributes attributes = {}) {
        const int bits = kind == TensorKind::cast ? 64 : 32;
        return made_
            .add(kind, name, std::string(type), std::move(inputs),
                 {TensorShape{name, std::move(sizes), bits}}, std::move(attributes))
            .front();
    }
    int view(const std::string& name, std::string_view type, int from, TensorSizes sizes) {
        return call(TensorKind::view, name, type, {from}, std::move(sizes));
    }
    int turned(const std::string& name, std::string_view type, int from, TensorSizes sizes) {
        return call(TensorKind::transpose, name, type, {from}, std::move(sizes));
    }
    int weight(const Op& op, TensorSizes sizes) {
        return made_.weight({op.name() + ".weight", std::move(sizes)});
    }
    void add_bias(const Op& op, std::int64_t values, std::vector<int>& inputs) {
        if (op.bias)
            inputs.push_back(made_.weight({op.name() + ".bias", {values}}));
    }

    int plane(int number);
    int vector(int number);
    [[nodiscard]] int source(const Op& op, int which = 0) const {
        return from_.inputs_of(op)[static_cast<std::size_t>(which)];
    }
    int value(const Op& op) const { return values_[static_cast<std::size_t>(source(op))]; }
    std::vector<int> planes(const Op& op);

    int lower(const Op& op);
    int lower_tokens(const Op& op);
    int lower_planes(const Op& op);
    int conv(const Op& op);
    int linear(const Op& op);
    int batch_norm(const Op& op);
    int layer_norm(const Op& op);
    int matmul(const Op& op);
    int embedding(const Op& op);
    int sum(const Op& op);

    const OpGraph& from_;
    std::int64_t batch_;
    std::vector<bool> flat_;
    TensorGraph made_;
    std::vector<int> values_;  ///< tensor of each operator so far
};

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
    const TensorSizes normed(begin, channels ? begin + 1 : shape.end());
    TensorSizes held = sizes();
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

int TensorLowering::lower(const Op& op) {
    switch (op.kind) {
    case OpKind::input:
        return made_.input({op.name(), sizes()});
    case OpKind::parameter: {
        const Shape& s = op.shape;
        return view(op.name(), "aten.expand.default", weight(op, {s.channels, s.height, s.width}),
                    sizes());
    }
    case OpKind::conv:
    case OpKind::conv_transpose:
        return conv(op);
    case OpKind::linear:
        return linear(op);
    case OpKind::batch_norm:
        return batch_norm(op);
    case OpKind::activation:
        return op.activation == Activation::none
                   ? value(op)
                   : call(TensorKind::activation, op.name(), type_of(op.activation), {value(op)},
                          sizes());
    case OpKind::identity:
        return value(op);
    case OpKind::flatten:
        return vector(source(op));
    case OpKind::scale:
        return call(TensorKind::multiply, op.name(), "aten.mul.Scalar",
                    {value(op), made_.constant({op.name() + ".factor", {}})}, sizes());
    case OpKind::add:
        return sum(op);
    case OpKind::multiply:
        return call(TensorKind::multiply, op.name(), "aten.mul.Tensor", planes(op), sizes());
    default:
        return lower_planes(op);
    }
}

int TensorLowering::lower_planes(const Op& op) {
    const auto of_planes = [&](TensorKind kind, std::string_view type) {
        return call(kind, op.name(), type, planes(op), sizes());
    };
    switch (op.kind) {
    case OpKind::concat:
        return of_planes(TensorKind::concat, "aten.cat.default");
    case OpKind::channel_shuffle:
        return of_planes(TensorKind::transpose, "aten.channel_shuffle.default");
    case OpKind::crop:
        return of_planes(TensorKind::slice, "aten.slice.Tensor");
    case OpKind::avg_pool:
        return of_planes(TensorKind::avg_pool, "aten.avg_pool2d.default");
    case OpKind::max_pool:
        return of_planes(TensorKind::max_pool, "aten.max_pool2d.default");
    case OpKind::global_pool:
        return of_planes(TensorKind::global_pool, "aten.adaptive_avg_pool2d.default");
    case OpKind::zero:
        return of_planes(TensorKind::shape, "aten.new_zeros.default");
    case OpKind::upsample:
        return of_planes(TensorKind::resize, op.interpolation == Interpolation::bilinear
                                                 ? "aten.upsample_bilinear2d.vec"
                                                 : "aten.upsample_nearest2d.vec");
    case OpKind::pad:
        return of_planes(TensorKind::pad, type_of(op.border));
    default:
        return lower_tokens(op);
    }
}

int TensorLowering::lower_tokens(const Op& op) {
    switch (op.kind) {
    case OpKind::matmul:
        return matmul(op);
    case OpKind::softmax:
        return call(TensorKind::softmax, op.name(), "aten.softmax.int", planes(op), sizes());
    case OpKind::layer_norm:
        return layer_norm(op);
    case OpKind::embedding:
        return embedding(op);
    case OpKind::reshape:
        return view(op.name(), "aten.reshape.default", plane(source(op)), sizes());
    case OpKind::transpose:
        return turned(op.name(), "aten.permute.default", plane(source(op)), sizes());
    default:
        throw ConfigError(message("operator '", excerpt(op.name()), "' of kind ",
                                  to_string(op.kind), " has no form on tensors"));
    }
}

}  // namespace

TensorGraph tensor_graph_of(const OpGraph& graph, int batch) {
    if (graph.ops.empty())
        throw ConfigError("a graph without operators, at least one expected");
    if (batch < 1)
        throw ConfigError(message("batch of ", batch, " images, at least 1 expected"));
    return TensorLowering(graph, batch).lowered();
}

}  // namespace latpred
