#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>
#include <string>

#include "networks/kernels_impl.hpp"

// oneDNN's fused convolutions have no public header; they are called by name through the
// dispatcher, with the schemas of torch 2.13 (namespace `mkldnn`, see torch.ops.mkldnn).
namespace latpred {
namespace {

using Ints = at::IntArrayRef;
using Bias = std::optional<at::Tensor>;
using Scalars = c10::List<std::optional<at::Scalar>>;
using Text = std::string_view;
using MaybeText = std::optional<std::string_view>;
using MaybeScalar = std::optional<at::Scalar>;

using Reorder = at::Tensor(const at::Tensor&, Ints, Ints, Ints, std::int64_t,
                           at::OptionalIntArrayRef);
using Plain = at::Tensor(const at::Tensor&, const at::Tensor&, const Bias&, Ints, Ints, Ints,
                         std::int64_t, Text, Scalars, MaybeText);
using Sum = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&, const Bias&, Ints,
                       Ints, Ints, std::int64_t, Text, MaybeScalar, MaybeText, Scalars, MaybeText);
using SumInPlace = at::Tensor&(at::Tensor&, const at::Tensor&, const at::Tensor&, const Bias&, Ints,
                               Ints, Ints, std::int64_t, Text, MaybeScalar, MaybeText, Scalars,
                               MaybeText);

template <class Signature>
c10::TypedOperatorHandle<Signature> find(const char* name, const char* overload = "") {
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).typed<Signature>();
}

/// An activation as oneDNN's post-operation.
struct PostOp {
    std::string name = "none";
    Scalars scalars;
    MaybeText algorithm;
};

PostOp post_op(Activation activation) {
    PostOp post;
    switch (activation) {
    case Activation::none:
        break;
    case Activation::relu:
        post.name = "relu";
        break;
    case Activation::relu6:
        post.name = "hardtanh";
        post.scalars.push_back(at::Scalar(0.0));
        post.scalars.push_back(at::Scalar(6.0));
        break;
    case Activation::h_swish:
        post.name = "hardswish";
        break;
    case Activation::h_sigmoid:
        post.name = "hardsigmoid";
        break;
    case Activation::sigmoid:
        post.name = "sigmoid";
        break;
    case Activation::swish:
        post.name = "swish";
        break;
    case Activation::tanh:
        post.name = "tanh";
        break;
    case Activation::gelu:
        post.name = "gelu";
        post.algorithm = "none";
        break;
    }
    return post;
}

struct PackedConv {
    Window window;
    bool even;
    std::vector<std::int64_t> padding;
    std::vector<std::int64_t> stride;
    std::vector<std::int64_t> dilation;
    at::Tensor weight;
    Bias bias;
    PostOp post;

    at::Tensor operator()(std::span<at::Tensor> x) const {
        const at::Tensor in = even ? x[0] : pad(x[0], window, 0.0);
        if (x.size() == 1) {
            static const auto call = find<Plain>("mkldnn::_convolution_pointwise");
            return call.call(in, weight, bias, padding, stride, dilation, window.groups, post.name,
                             post.scalars, post.algorithm);
        }
        const MaybeText unary = post.name == "none" ? MaybeText() : MaybeText(post.name);
        if (ours(x[1])) {
            static const auto call = find<SumInPlace>("mkldnn::_convolution_pointwise_", "binary");
            return call.call(x[1], in, weight, bias, padding, stride, dilation, window.groups,
                             "add", {}, unary, post.scalars, post.algorithm);
        }
        static const auto call = find<Sum>("mkldnn::_convolution_pointwise", "binary");
        return call.call(in, x[1], weight, bias, padding, stride, dilation, window.groups, "add",
                         {}, unary, post.scalars, post.algorithm);
    }
};

}  // namespace

bool has_prepacked() {
    return at::globalContext().userEnabledMkldnn() &&
           c10::Dispatcher::singleton()
               .findSchema({"mkldnn::_convolution_pointwise", ""})
               .has_value();
}

Kernel prepacked_conv(const Op& op, const FusedOp& fused, const Shape& in, const OpTensors& tensors,
                      const KernelSettings& settings) {
    const Window& w = op.window;
    PackedConv conv{.window = w,
                    .even = pads_evenly(w),
                    .padding = {w.pad_top, w.pad_left},
                    .stride = {w.stride, w.across()},
                    .dilation = {w.dilation, w.dilation},
                    .weight = {},
                    .bias = tensors.bias.defined() ? Bias(tensors.bias) : Bias(),
                    .post = post_op(fused.activation)};
    std::vector<std::int64_t> size{settings.batch_size, in.channels, in.height, in.width};
    if (!conv.even) {
        conv.padding = {0, 0};
        size[2] += w.pad_top + w.pad_bottom;
        size[3] += w.pad_left + w.pad_right;
    }
    static const auto reorder = find<Reorder>("mkldnn::_reorder_convolution_weight");
    conv.weight = reorder.call(tensors.weight, conv.padding, conv.stride, conv.dilation, w.groups,
                               at::OptionalIntArrayRef(size));
    return conv;
}

}  // namespace latpred
