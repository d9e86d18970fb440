#include <cmath>

#include "base/hash.hpp"
#include "base/rng.hpp"
#include "neural/stack_layer_impl.hpp"

namespace latpred {
namespace {

StackLayer make_linear(const LayerSpec& spec, const ValueShape& input) {
    StackLayer layer{{input.rows, width_of(spec)}, {}, {}};
    add_linear(layer.tensors, "", input.width, layer.shape.width, spec.bias);
    layer.forward = [spec](const ForwardContext&, Tensors x, Tensors p) {
        return activated(spec, at::linear(x[0], p[0], spec.bias ? p[1] : at::Tensor()));
    };
    return layer;
}

/// Linear layers with the activation and dropout between them, none behind the last.
StackLayer make_perceptron(const LayerSpec& spec, const ValueShape& input) {
    StackLayer layer{{input.rows, width_of(spec)}, {}, {}};
    std::vector<std::int64_t> widths(spec.hidden.begin(), spec.hidden.end());
    widths.push_back(layer.shape.width);
    std::int64_t before = input.width;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        add_linear(layer.tensors, std::to_string(i) + ".", before, widths[i], spec.bias);
        before = widths[i];
    }
    LayerSpec between = spec;
    if (between.activation == "none")
        between.activation = "relu";
    const RowsOf rows = input.rows;
    layer.forward = [between, widths, rows](const ForwardContext& context, Tensors x, Tensors p) {
        at::Tensor value = x[0];
        std::size_t next = 0;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const at::Tensor& weight = p[next++];
            value = at::linear(value, weight, between.bias ? p[next++] : at::Tensor());
            if (i + 1 == widths.size())
                break;
            value = dropped(context, between.name + "." + std::to_string(i), between.rate,
                            {rows, widths[i]}, activated(between, value));
        }
        return value;
    };
    return layer;
}

StackLayer make_layer_norm(const LayerSpec& spec, const ValueShape& input) {
    constexpr double epsilon = 1e-5;  // PyTorch's
    StackLayer layer{input, {}, {}};
    layer.tensors = {{"weight", {input.width}, {Start::Kind::constant, 1}},
                     {"bias", {input.width}, {Start::Kind::constant, 0}}};
    layer.forward = [spec](const ForwardContext&, Tensors x, Tensors p) {
        return activated(spec, at::layer_norm(x[0], {x[0].size(1)}, p[0], p[1], epsilon));
    };
    return layer;
}

/// Factors 0 or 1 / (1 - rate) for the values of one row of the data.
void draw_mask(std::uint64_t seed, std::uint64_t stream, double rate, std::span<float> mask) {
    const auto least = static_cast<std::uint32_t>(rate * 0x1p32);
    const auto kept = static_cast<float>(1 / (1 - rate));
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
    for (std::size_t begin = 0; begin < mask.size(); begin += 4) {
        const auto drawn = philox4x32({low(begin / 4), high(begin / 4), low(stream), high(stream)},
                                      {low(seed), high(seed)});
        for (std::size_t i = begin; i < std::min(begin + 4, mask.size()); ++i)
            mask[i] = drawn[i - begin] < least ? 0.0F : kept;
    }
}

}  // namespace

at::Tensor dropped(const ForwardContext& context, const std::string& name, double rate,
                   ValueShape shape, const at::Tensor& x) {
    if (!context.training || rate == 0)
        return x;
    at::Tensor mask = at::empty(x.sizes(), at::kFloat);
    const std::span<float> values(mask.mutable_data_ptr<float>(),
                                  static_cast<std::size_t>(mask.numel()));
    const auto width = static_cast<std::size_t>(shape.width);
    for (std::size_t b = 0; b < context.rows.size(); ++b) {
        std::size_t begin = b;
        std::size_t end = b + 1;
        if (shape.rows == RowsOf::nodes) {
            begin = static_cast<std::size_t>(context.graphs.offsets()[b]);
            end = static_cast<std::size_t>(context.graphs.offsets()[b + 1]);
        }
        const std::uint64_t stream = Hash64()
                                         .bytes("dropout")
                                         .bytes(name)
                                         .value(context.epoch)
                                         .value(std::uint64_t{context.rows[b]})
                                         .digest();
        draw_mask(context.seed, stream, rate, values.subspan(begin * width, (end - begin) * width));
    }
    return at::mul(x, mask);
}

StackLayer make_dense_layer(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    if (inputs.size() != 1)
        refuse_layer(spec, "one input expected");
    if (spec.kind == "linear")
        return make_linear(spec, inputs[0]);
    if (spec.kind == "mlp")
        return make_perceptron(spec, inputs[0]);
    if (spec.kind == "layer_norm")
        return make_layer_norm(spec, inputs[0]);
    StackLayer layer{inputs[0], {}, {}};
    const ValueShape shape = inputs[0];
    layer.forward = [spec, shape](const ForwardContext& context, Tensors x, Tensors) {
        return activated(spec, dropped(context, spec.name, spec.rate, shape, x[0]), false);
    };
    return layer;
}

}  // namespace latpred
