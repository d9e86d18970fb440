#include "neural/stack_layer_impl.hpp"

namespace latpred {

/// Ioffe and Szegedy, arXiv:1502.03167, as PyTorch's BatchNorm1d over all rows. The running
/// statistics lie among the parameters, so that files and checkpoints have them.
StackLayer make_batch_norm_layer(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    if (inputs.size() != 1)
        refuse_layer(spec, "one input expected");
    const std::vector<std::int64_t> shape{inputs[0].width};
    StackLayer layer{inputs[0], {}, {}};
    layer.tensors = {{"weight", shape, {Start::Kind::constant, 1}},
                     {"bias", shape, {Start::Kind::constant, 0}},
                     {"mean", shape, {Start::Kind::constant, 0}, false},
                     {"variance", shape, {Start::Kind::constant, 1}, false}};
    layer.forward = [spec](const ForwardContext& context, Tensors x, Tensors p) {
        // One value has no variance.
        const bool own = context.training && x[0].size(0) > 1;
        const bool kept = !own || context.learning;  // read, or brought up to date in place
        const at::Tensor none;
        return activated(spec,
                         at::batch_norm(x[0], p[0], p[1], kept ? p[2] : none, kept ? p[3] : none,
                                        own, spec.momentum, spec.epsilon, false));
    };
    return layer;
}

}  // namespace latpred
