#include "kernels/tensor_graph_of.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "kernels/tensor_lowering.hpp"

namespace latpred {
namespace {

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

}  // namespace

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

TensorGraph tensor_graph_of(const OpGraph& graph, int batch) {
    if (graph.ops.empty())
        throw ConfigError("a graph without operators, at least one expected");
    if (batch < 1)
        throw ConfigError(message("batch of ", batch, " images, at least 1 expected"));
    return TensorLowering(graph, batch).lowered();
}

}  // namespace latpred
