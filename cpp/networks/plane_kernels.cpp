#include "networks/wider_kernels_impl.hpp"

namespace latpred {
namespace {

Kernel conv_transpose(const Op& op, const OpTensors& tensors, const KernelSettings& settings) {
    const Window w = op.window;
    const bool even = pads_evenly(w);
    const std::vector<std::int64_t> padding{even ? w.pad_top : 0, even ? w.pad_left : 0};
    const std::vector<std::int64_t> more{op.output_padding[0], op.output_padding[1]};
    return [=, shape = op.shape, weight = tensors.weight.contiguous(settings.layout),
            bias = tensors.bias](std::span<at::Tensor> x) {
        const at::Tensor y = at::conv_transpose2d(x[0], weight, bias, {w.stride, w.stride}, padding,
                                                  more, w.groups, {w.dilation, w.dilation});
        if (even)
            return y;
        return y.narrow(2, w.pad_top, shape.height).narrow(3, w.pad_left, shape.width);
    };
}

Kernel upsample(const Op& op) {
    const std::vector<std::int64_t> size{op.shape.height, op.shape.width};
    if (op.interpolation == Interpolation::nearest)
        return [=](std::span<at::Tensor> x) { return at::upsample_nearest2d(x[0], size); };
    return [=](std::span<at::Tensor> x) { return at::upsample_bilinear2d(x[0], size, false); };
}

Kernel with_border(const Op& op) {
    const Window w = op.window;
    const std::vector<std::int64_t> sides{w.pad_left, w.pad_right, w.pad_top, w.pad_bottom};
    switch (op.border) {
    case Border::reflect:
        return [=](std::span<at::Tensor> x) { return at::reflection_pad2d(x[0], sides); };
    case Border::replicate:
        return [=](std::span<at::Tensor> x) { return at::replication_pad2d(x[0], sides); };
    case Border::constant:
        break;
    }
    return [=, fill = op.value](std::span<at::Tensor> x) { return pad(x[0], w, fill); };
}

}  // namespace

Kernel plane_kernel(const Op& op, const OpTensors& tensors, const KernelSettings& settings) {
    switch (op.kind) {
    case OpKind::conv_transpose:
        return conv_transpose(op, tensors, settings);
    case OpKind::upsample:
        return upsample(op);
    default:
        return with_border(op);
    }
}

}  // namespace latpred
