#include "networks/parameters.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "graphs/costs.hpp"

namespace latpred {
namespace {

using Role = ParameterRole;

/// Whether an operator's first input is a sum, of a shortcut and what a block adds to it.
bool follows_sum(const OpGraph& graph, const Op& op) {
    return graph.ops[static_cast<std::size_t>(graph.inputs_of(op).front())].kind == OpKind::add;
}

void append_conv(const OpGraph& graph, const Op& op, int number, std::vector<ParameterSpec>& all) {
    const Window& w = op.window;
    const std::int64_t in = graph.input_shape(op).channels / w.groups;
    const std::int64_t fan_in = in * w.kernel_h * w.kernel_w;
    const std::int64_t out = op.shape.channels;
    all.push_back({op.name() + ".weight",
                   {out, in, w.kernel_h, w.kernel_w},
                   Role::weight,
                   fan_in,
                   number,
                   follows_sum(graph, op)});
    if (op.bias)
        all.push_back({op.name() + ".bias", {out}, Role::bias, fan_in, number});
}

/// PyTorch's layout: in x out/groups x kernel.
void append_conv_transpose(const OpGraph& graph, const Op& op, int number,
                           std::vector<ParameterSpec>& all) {
    const Window& w = op.window;
    const std::int64_t in = graph.input_shape(op).channels;
    const std::int64_t out = op.shape.channels;
    const std::int64_t taps = in / w.groups * w.kernel_h * w.kernel_w;
    // Of the kernel's pixels one in stride² meets an output.
    const std::int64_t fan_in =
        std::max<std::int64_t>(taps / (std::int64_t{w.stride} * w.stride), 1);
    all.push_back({op.name() + ".weight",
                   {in, out / w.groups, w.kernel_h, w.kernel_w},
                   Role::weight,
                   fan_in,
                   number});
    if (op.bias)
        all.push_back({op.name() + ".bias", {out}, Role::bias, fan_in, number});
}

void append_linear(const OpGraph& graph, const Op& op, int number,
                   std::vector<ParameterSpec>& all) {
    const std::int64_t in = graph.input_shape(op).features();
    const std::int64_t out = features_of(graph, op);
    all.push_back({op.name() + ".weight", {out, in}, Role::weight, in, number});
    if (op.bias)
        all.push_back({op.name() + ".bias", {out}, Role::bias, in, number});
}

void append_layer_norm(const Op& op, int number, std::vector<ParameterSpec>& all) {
    const std::array<int, 3> sizes = op.shape.sizes();
    std::vector<std::int64_t> shape{sizes[0]};
    if (op.axes > 0)
        shape.assign(sizes.end() - op.axes, sizes.end());
    all.push_back({op.name() + ".weight", shape, Role::scale, 1, number});
    if (op.bias)
        all.push_back({op.name() + ".bias", shape, Role::shift, 1, number});
}

/// Rows of variance 1, as PyTorch's.
void append_embedding(const Op& op, int number, std::vector<ParameterSpec>& all) {
    const std::int64_t dimension = op.shape.width;
    all.push_back({op.name() + ".weight", {op.vocabulary, dimension}, Role::weight, 2, number});
}

/// Numbers between -0.2 and 0.2: small beside the values that they are added to.
void append_parameter(const Op& op, int number, std::vector<ParameterSpec>& all) {
    const auto [channels, height, width] = op.shape.sizes();
    all.push_back({op.name() + ".weight", {channels, height, width}, Role::weight, 150, number});
}

void append_batch_norm(const Op& op, int number, std::vector<ParameterSpec>& all) {
    const std::vector<std::int64_t> shape{op.shape.channels};
    all.push_back({op.name() + ".weight", shape, Role::scale, 1, number});
    all.push_back({op.name() + ".bias", shape, Role::shift, 1, number});
    all.push_back({op.name() + ".running_mean", shape, Role::running_mean, 1, number});
    all.push_back({op.name() + ".running_var", shape, Role::running_var, 1, number});
}

void append_parameters(const OpGraph& graph, const Op& op, int number,
                       std::vector<ParameterSpec>& all) {
    switch (op.kind) {
    case OpKind::conv:
        append_conv(graph, op, number, all);
        break;
    case OpKind::conv_transpose:
        append_conv_transpose(graph, op, number, all);
        break;
    case OpKind::linear:
        append_linear(graph, op, number, all);
        break;
    case OpKind::batch_norm:
        append_batch_norm(op, number, all);
        break;
    case OpKind::layer_norm:
        append_layer_norm(op, number, all);
        break;
    case OpKind::embedding:
        append_embedding(op, number, all);
        break;
    case OpKind::parameter:
        append_parameter(op, number, all);
        break;
    default:
        break;
    }
}

/// Uniform values are low + (high - low)·u.
std::pair<float, float> random_range(const ParameterSpec& spec) {
    const auto fan_in = static_cast<double>(spec.fan_in);
    switch (spec.role) {
    case Role::weight: {
        // He et al. 2015; a uniform of half-width b has the variance b² / 3.
        const auto bound = static_cast<float>(std::sqrt((spec.of_sum ? 3.0 : 6.0) / fan_in));
        return {-bound, bound};
    }
    case Role::bias: {
        const auto bound = static_cast<float>(1.0 / std::sqrt(fan_in));
        return {-bound, bound};
    }
    case Role::scale:
        return {0.6F, 1.2F};
    case Role::running_var:
        return {0.75F, 1.25F};
    case Role::shift:
    case Role::running_mean:
        break;
    }
    return {-0.2F, 0.2F};
}

}  // namespace

std::int64_t ParameterSpec::elements() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<ParameterSpec> parameters_of(const OpGraph& graph) {
    std::vector<ParameterSpec> all;
    for (std::size_t i = 0; i < graph.ops.size(); ++i)
        append_parameters(graph, graph.ops[i], static_cast<int>(i), all);
    std::set<std::string> names;
    for (const ParameterSpec& spec : all) {
        if (!names.insert(spec.name).second)
            throw ConfigError(message("parameter '", spec.name,
                                      "': two operators have this name, different ones expected"));
    }
    return all;
}

void RandomParameters::fill(const ParameterSpec& spec, std::span<float> values) const {
    Rng rng(seed_, spec.name);
    const auto [low, high] = random_range(spec);
    const float step = (high - low) * 0x1p-24F;
    for (float& value : values)
        value = low + step * static_cast<float>(rng.next_u32() >> 8);
}

}  // namespace latpred
