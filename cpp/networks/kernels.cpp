#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "networks/kernels_impl.hpp"
#include "networks/twice_differentiable_impl.hpp"
#include "networks/wider_kernels_impl.hpp"

namespace latpred {
namespace {

using Arguments = std::span<at::Tensor>;

Kernel conv(const Op& op, const OpTensors& tensors, const KernelSettings& settings) {
    const Window w = op.window;
    const bool even = pads_evenly(w);
    const std::vector<std::int64_t> padding{even ? w.pad_top : 0, even ? w.pad_left : 0};
    return
        [=, weight = tensors.weight.contiguous(settings.layout), bias = tensors.bias](Arguments x) {
            const at::Tensor in = even ? x[0] : pad(x[0], w, 0.0);
            if (at::GradMode::is_enabled())
                return twice_differentiable_conv(in, weight, bias, w, even);
            return at::conv2d(in, weight, bias, {w.stride, w.across()}, padding,
                              {w.dilation, w.dilation}, w.groups);
        };
}

/// As in training: one value a channel has no variance.
Kernel batch_norm_of_batch(const Op& op, const OpTensors& tensors, double momentum) {
    return [eps = op.eps, name = op.name(), t = tensors, momentum](Arguments x) {
        if (x[0].numel() == x[0].size(1)) {
            throw ConfigError(message("operator '", name, "': a batch of one value a channel has ",
                                      "no statistics, larger images or more of them expected"));
        }
        if (momentum > 0)
            return at::batch_norm(x[0], t.weight, t.bias, t.running_mean, t.running_var, true,
                                  momentum, eps, false);
        if (at::GradMode::is_enabled() && x[0].is_cpu() && !t.weight.requires_grad() &&
            !t.bias.requires_grad())
            return twice_differentiable_norm(x[0], t.weight, t.bias, eps);
        return at::batch_norm(x[0], t.weight, t.bias, {}, {}, true, 0.0, eps, false);
    };
}

Kernel batch_norm(const Op& op, const OpTensors& tensors, const KernelSettings& settings) {
    if (settings.batch_statistics)
        return batch_norm_of_batch(op, tensors, settings.momentum);
    return [eps = op.eps, t = tensors](Arguments x) {
        return at::batch_norm(x[0], t.weight, t.bias, t.running_mean, t.running_var, false, 0.0,
                              eps, false);
    };
}

Kernel linear(bool flat, const OpTensors& tensors) {
    if (!flat)
        return [t = tensors](Arguments x) { return at::linear(x[0], t.weight, t.bias); };
    return [t = tensors](Arguments x) {
        const at::Tensor vectors = x[0].reshape({x[0].size(0), x[0].size(1)});
        return at::linear(vectors, t.weight, t.bias).unsqueeze(-1).unsqueeze(-1);
    };
}

at::Tensor sum(Arguments x) {
    at::Tensor total = std::move(x[0]);
    for (at::Tensor& term : x.subspan(1))
        total = ours(total) ? total.add_(term) : at::add(total, term);
    return total;
}

at::Tensor product(Arguments x) {
    return ours(x[0]) ? x[0].mul_(x[1]) : at::mul(x[0], x[1]);
}

Kernel concat(const Op& op) {
    return [axis = op.axis + 1](Arguments x) {
        return at::cat(at::TensorList(x.data(), x.size()), axis);
    };
}

at::Tensor flatten(Arguments x) {
    return x[0].reshape({x[0].size(0), -1, 1, 1});
}

at::Tensor global_pool(Arguments x) {
    return at::mean(x[0], {2, 3}, true);
}

at::Tensor identity(Arguments x) {
    return std::move(x[0]);
}

Kernel crop(const Op& op) {
    return [w = op.window, shape = op.shape](Arguments x) {
        return x[0]
            .narrow(1, 0, shape.channels)
            .narrow(2, w.pad_top, shape.height)
            .narrow(3, w.pad_left, shape.width);
    };
}

Kernel zero(const Op& op, const KernelSettings& settings) {
    return [shape = op.shape, layout = settings.layout](Arguments x) {
        return at::empty({x[0].size(0), shape.channels, shape.height, shape.width}, x[0].options(),
                         layout)
            .zero_();
    };
}

/// Whether ATen's poolings take this padding themselves: alike on both sides, half a window at
/// most.
bool pools_padded(const Window& w) {
    return pads_evenly(w) && 2 * w.pad_top <= w.kernel_h && 2 * w.pad_left <= w.kernel_w;
}

/// With ceil mode a pooling of a padded value may have a last window in the padding only.
at::Tensor cut(const at::Tensor& value, const Shape& shape) {
    return value.narrow(2, 0, shape.height).narrow(3, 0, shape.width);
}

Kernel avg_pool(const Op& op) {
    const Window w = op.window;
    if (w.dilation != 1)
        throw ConfigError(message("operator '", op.name(), "': avg_pool with dilation ", w.dilation,
                                  ", 1 expected"));
    const auto pool = [w, ceil = op.ceil_mode, include = op.count_include_pad](
                          const at::Tensor& x, std::int64_t pad_h, std::int64_t pad_w) {
        return at::avg_pool2d(x, {w.kernel_h, w.kernel_w}, {w.stride, w.across()}, {pad_h, pad_w},
                              ceil, include);
    };
    if (pools_padded(w))
        return [pool, w](Arguments x) { return pool(x[0], w.pad_top, w.pad_left); };
    return [pool, w, include = op.count_include_pad, shape = op.shape](Arguments x) {
        at::Tensor mean = cut(pool(pad(x[0], w, 0.0), 0, 0), shape);
        if (include)
            return mean;
        // The mean over real pixels is the mean of the padded value over that of a padded mask.
        return mean / cut(pool(pad(at::ones_like(x[0]), w, 0.0), 0, 0), shape);
    };
}

Kernel max_pool(const Op& op) {
    const Window w = op.window;
    const bool even = pools_padded(w);
    const std::vector<std::int64_t> padding{even ? w.pad_top : 0, even ? w.pad_left : 0};
    return [=, ceil = op.ceil_mode, shape = op.shape](Arguments x) {
        constexpr double lowest = -std::numeric_limits<double>::infinity();
        const at::Tensor pooled =
            at::max_pool2d(even ? x[0] : pad(x[0], w, lowest), {w.kernel_h, w.kernel_w},
                           {w.stride, w.across()}, padding, {w.dilation, w.dilation}, ceil);
        return even ? pooled : cut(pooled, shape);
    };
}

}  // namespace

bool pads_evenly(const Window& window) {
    return window.pad_top == window.pad_bottom && window.pad_left == window.pad_right;
}

at::Tensor pad(const at::Tensor& value, const Window& window, double fill) {
    return at::constant_pad_nd(
        value, {window.pad_left, window.pad_right, window.pad_top, window.pad_bottom}, fill);
}

at::Tensor apply_activation(Activation activation, at::Tensor x) {
    const bool in_place = ours(x);
    switch (activation) {
    case Activation::none:
        return x;
    case Activation::relu:
        return in_place ? x.relu_() : x.relu();
    case Activation::relu6:
        return in_place ? x.clamp_(0, 6) : x.clamp(0, 6);
    case Activation::h_swish:
        return in_place ? at::hardswish_(x) : at::hardswish(x);
    case Activation::h_sigmoid:
        // LibTorch has no second derivative of its own operator.
        if (at::GradMode::is_enabled())
            return at::clamp(x + 3, 0, 6) / 6;
        return in_place ? at::hardsigmoid_(x) : at::hardsigmoid(x);
    case Activation::sigmoid:
        return in_place ? x.sigmoid_() : x.sigmoid();
    case Activation::swish:
        return in_place ? at::silu_(x) : at::silu(x);
    case Activation::tanh:
        return in_place ? x.tanh_() : x.tanh();
    case Activation::gelu:
        return in_place ? at::gelu_(x) : at::gelu(x);
    }
    return x;
}

void fold_batch_norm(OpTensors& conv, const OpTensors& norm, double eps) {
    // In double: folding shall cost no precision.
    const at::Tensor scale =
        norm.weight.to(at::kDouble) / (norm.running_var.to(at::kDouble) + eps).sqrt();
    at::Tensor shift = -norm.running_mean.to(at::kDouble);
    if (conv.bias.defined())
        shift = shift + conv.bias.to(at::kDouble);
    conv.weight = (conv.weight.to(at::kDouble) * scale.view({-1, 1, 1, 1})).to(at::kFloat);
    conv.bias = (shift * scale + norm.bias.to(at::kDouble)).to(at::kFloat);
}

Kernel make_kernel(const OpGraph& graph, const FusedOp& fused, const OpTensors& tensors,
                   const KernelSettings& settings) {
    const Op& op = graph.ops[static_cast<std::size_t>(fused.op)];
    switch (op.kind) {
    case OpKind::conv:
        return settings.prepacked
                   ? prepacked_conv(op, fused, graph.input_shape(op), tensors, settings)
                   : conv(op, tensors, settings);
    case OpKind::batch_norm:
        return batch_norm(op, tensors, settings);
    case OpKind::activation:
        return [activation = op.activation](Arguments x) {
            return apply_activation(activation, std::move(x[0]));
        };
    case OpKind::add:
        return sum;
    case OpKind::multiply:
        return product;
    case OpKind::concat:
        return concat(op);
    case OpKind::channel_shuffle:
        return
            [groups = op.window.groups](Arguments x) { return at::channel_shuffle(x[0], groups); };
    case OpKind::crop:
        return crop(op);
    case OpKind::avg_pool:
        return avg_pool(op);
    case OpKind::max_pool:
        return max_pool(op);
    case OpKind::global_pool:
        return global_pool;
    case OpKind::linear:
        return linear(graph.input_shape(op).flat(), tensors);
    case OpKind::flatten:
        return flatten;
    case OpKind::identity:
        return identity;
    case OpKind::zero:
        return zero(op, settings);
    case OpKind::input:
        break;
    default:
        return wider_kernel(op, tensors, settings);
    }
    throw ConfigError(message("operator '", op.name(), "' of kind ", to_string(op.kind),
                              ": one input, the first operator, expected"));
}

}  // namespace latpred
