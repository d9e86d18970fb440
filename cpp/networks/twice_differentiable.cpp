#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <vector>

#include "networks/twice_differentiable_impl.hpp"

namespace latpred {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Of a convolution: padding of both axes, stride along the height, dilation, groups, stride along
/// the width.
using ConvNumbers = std::vector<std::int64_t>;

at::Tensor convolved(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                     const ConvNumbers& n) {
    return at::conv2d(x, weight, bias, {n[2], n[5]}, {n[0], n[1]}, {n[3], n[3]}, n[4]);
}

/// Slopes by the input, by the weight, and by the bias; undefined where not asked for.
std::tuple<at::Tensor, at::Tensor, at::Tensor>
conv_slopes(const at::Tensor& slope, const at::Tensor& x, const at::Tensor& weight,
            const ConvNumbers& n, std::array<bool, 3> asked) {
    const std::array<std::int64_t, 1> bias{weight.size(0)};
    return at::convolution_backward(slope, x, weight, at::IntArrayRef(bias), {n[2], n[5]},
                                    {n[0], n[1]}, {n[3], n[3]}, false, {0, 0}, n[4], asked);
}

/// Those that were asked for in their places among undefined ones.
variable_list in_places(const variable_list& found, const std::vector<std::int64_t>& asked) {
    variable_list all(asked.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (asked[i] != 0)
            all[i] = found[next++];
    }
    return all;
}

void add_to(at::Tensor& sum, const at::Tensor& term) {
    sum = sum.defined() ? sum + term : term;
}

/// The slopes of a convolution that are asked for, as something to differentiate.
class ConvSlopes : public torch::autograd::Function<ConvSlopes> {
  public:
    static variable_list forward(AutogradContext* context, const at::Tensor& slope,
                                 const at::Tensor& x, const at::Tensor& weight,
                                 const ConvNumbers& numbers, std::array<bool, 3> asked) {
        context->save_for_backward({slope, x, weight});
        context->saved_data["numbers"] = numbers;
        context->saved_data["asked"] = std::vector<std::int64_t>(asked.begin(), asked.end());
        context->set_materialize_grads(false);
        const auto [of_x, of_weight, of_bias] = conv_slopes(slope, x, weight, numbers, asked);
        variable_list found;
        for (const at::Tensor& one : {of_x, of_weight, of_bias}) {
            if (one.defined())
                found.push_back(one);
        }
        return found;
    }

    /// Both slopes are linear in each of what they are made of, so theirs are convolutions, too.
    static variable_list backward(AutogradContext* context, const variable_list& given) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &slope = saved[0], &x = saved[1], &weight = saved[2];
        const ConvNumbers numbers = context->saved_data["numbers"].toIntVector();
        const variable_list along = in_places(given, context->saved_data["asked"].toIntVector());
        at::Tensor of_slope;
        at::Tensor of_x;
        at::Tensor of_weight;
        if (along[0].defined()) {
            if (context->needs_input_grad(0))
                add_to(of_slope, convolved(along[0], weight, {}, numbers));
            if (context->needs_input_grad(2))
                of_weight = std::get<1>(
                    conv_slopes(slope, along[0], weight, numbers, {false, true, false}));
        }
        if (along[1].defined()) {
            if (context->needs_input_grad(0))
                add_to(of_slope, convolved(x, along[1], {}, numbers));
            if (context->needs_input_grad(1))
                of_x = std::get<0>(conv_slopes(slope, x, along[1], numbers, {true, false, false}));
        }
        if (along[2].defined() && context->needs_input_grad(0))
            add_to(of_slope, along[2].reshape({1, -1, 1, 1}).expand_as(slope));
        return {of_slope, of_x, of_weight, {}, {}};
    }
};

class Conv : public torch::autograd::Function<Conv> {
  public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                              const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                              const ConvNumbers& numbers) {
        context->save_for_backward({x, weight});
        context->saved_data["numbers"] = numbers;
        context->saved_data["biased"] = bias.has_value();
        context->set_materialize_grads(false);
        return convolved(x, weight, bias.value_or(at::Tensor()), numbers);
    }

    static variable_list backward(AutogradContext* context, const variable_list& slope) {
        variable_list found(4);  // the last one by the numbers
        if (!slope[0].defined())
            return found;
        const variable_list saved = context->get_saved_variables();
        const bool biased = context->saved_data["biased"].toBool();
        const std::array<bool, 3> asked{context->needs_input_grad(0), context->needs_input_grad(1),
                                        biased && context->needs_input_grad(2)};
        const variable_list slopes =
            in_places(ConvSlopes::apply(slope[0], saved[0], saved[1],
                                        context->saved_data["numbers"].toIntVector(), asked),
                      {asked.begin(), asked.end()});
        std::ranges::copy(slopes, found.begin());
        return found;
    }
};

at::Tensor by_channel(const at::Tensor& values) {
    return values.reshape({1, -1, 1, 1});
}

/// Slopes by the input of a batch norm; Σ s·x̂ by channel comes with them.
std::tuple<at::Tensor, at::Tensor> norm_slopes(const at::Tensor& slope, const at::Tensor& x,
                                               const at::Tensor& scale, const at::Tensor& mean,
                                               const at::Tensor& inverse, double eps) {
    auto [of_x, along, total] = at::native_batch_norm_backward(
        slope, x, scale, {}, {}, mean, inverse, true, eps, {true, true, false});
    return {of_x, along};
}

/// For x̂ = (x - mean) / σ, slopes s and their slopes g = (γ/σ) (s - mean s - x̂·mean(s x̂)), which
/// is its own adjoint; with v the direction and u = (γ/σ) (v - mean v - x̂·mean(v x̂)), the slope of
/// Σ v·g by x is -(mean(s x̂) u + mean(v x̂) g + x̂·mean(v g)) / σ.
class NormSlopes : public torch::autograd::Function<NormSlopes> {
  public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& slope,
                              const at::Tensor& x, const at::Tensor& scale, const at::Tensor& mean,
                              const at::Tensor& inverse, double eps) {
        auto [of_x, along] = norm_slopes(slope, x, scale, mean, inverse, eps);
        context->save_for_backward({x, scale, mean, inverse, of_x, along});
        context->saved_data["eps"] = eps;
        return of_x;
    }

    static variable_list backward(AutogradContext* context, const variable_list& direction) {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor &x = saved[0], &mean = saved[2], &inverse = saved[3], &of_x = saved[4];
        const double eps = context->saved_data["eps"].toDouble();
        const auto [of_slope, along] = norm_slopes(direction[0], x, saved[1], mean, inverse, eps);
        const double count = static_cast<double>(x.numel() / x.size(1));
        const at::Tensor factor = inverse / -count;
        const at::Tensor both = (direction[0] * of_x).sum({0, 2, 3}) * factor * inverse;
        at::Tensor found = of_slope * by_channel(saved[5] * factor);
        found.addcmul_(of_x, by_channel(along * factor));
        found.addcmul_(x - by_channel(mean), by_channel(both));
        return {of_slope, found, {}, {}, {}, {}};
    }
};

class Norm : public torch::autograd::Function<Norm> {
  public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                              const at::Tensor& scale, const at::Tensor& shift, double eps) {
        auto [y, mean, inverse] = at::native_batch_norm(x, scale, shift, {}, {}, true, 0.0, eps);
        context->save_for_backward({x, scale, mean, inverse});
        context->saved_data["eps"] = eps;
        return y;
    }

    static variable_list backward(AutogradContext* context, const variable_list& slope) {
        const variable_list saved = context->get_saved_variables();
        return {NormSlopes::apply(slope[0], saved[0], saved[1], saved[2], saved[3],
                                  context->saved_data["eps"].toDouble()),
                {},
                {},
                {}};
    }
};

}  // namespace

at::Tensor twice_differentiable_conv(const at::Tensor& x, const at::Tensor& weight,
                                     const at::Tensor& bias, const Window& window, bool padded) {
    const ConvNumbers numbers{padded ? window.pad_top : 0,
                              padded ? window.pad_left : 0,
                              window.stride,
                              window.dilation,
                              window.groups,
                              window.across()};
    return Conv::apply(x, weight, bias.defined() ? std::optional(bias) : std::nullopt, numbers);
}

at::Tensor twice_differentiable_norm(const at::Tensor& x, const at::Tensor& scale,
                                     const at::Tensor& shift, double eps) {
    return Norm::apply(x, scale, shift, eps);
}

}  // namespace latpred
