#include "kernels/probe_maker.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double probe_eps = 1e-5;

}  // namespace

ProbeMaker::ProbeMaker(Rng rng, std::int64_t target_macs) : draws(rng), target(target_macs) {
    style.activation = draws.activation();
    style.batch_norm = draws.flip(0.8);
    style.kernel = draws.pick({3, 3, 3, 5, 5, 7});
    style.expand = draws.pick({1, 2, 3, 4, 4, 6});
    style.group_width = draws.pick({4, 8, 16, 16, 24, 32, 48, 64});
    style.squeezes = draws.flip(0.3);
    style.variant = draws.flip(0.5);
    style.form = draws.between(0, 2);
    style.head_width = draws.pick({16, 24, 32, 32, 48, 64, 64, 64, 80});
}

std::string ProbeMaker::part(std::string_view kind) {
    return message(kind, parts_++);
}

int ProbeMaker::conv(int x, int channels, const Window& window, Activation activation) {
    const std::string name = part("conv");
    x = builder.conv(x, channels, window, !style.batch_norm, name);
    if (style.batch_norm)
        x = builder.batch_norm(x, probe_eps, name + ".bn");
    return activation == Activation::none ? x : builder.activation(x, activation, name + ".act");
}

int ProbeMaker::conv(int x, int channels, int kernel, int stride, int groups) {
    return conv(x, channels, square(kernel, stride, kernel / 2, groups), style.activation);
}

int ProbeMaker::linear_conv(int x, int channels, int kernel, int stride, int groups) {
    return conv(x, channels, square(kernel, stride, kernel / 2, groups), Activation::none);
}

int ProbeMaker::depthwise(int x, int kernel, int stride) {
    return conv(x, channels(x), kernel, stride, channels(x));
}

int ProbeMaker::act(int x, Activation activation) {
    return builder.activation(x, activation, part("act"));
}

int ProbeMaker::norm(int x) {
    return builder.batch_norm(x, probe_eps, part("bn"));
}

int ProbeMaker::add(int a, int b) {
    const int terms[] = {a, b};
    return builder.add(terms, part("add"));
}

int ProbeMaker::concat(const std::vector<int>& parts, int axis) {
    return builder.concat(parts, part("concat"), axis);
}

int ProbeMaker::max_pool(int x, int kernel, int stride) {
    return builder.max_pool(x, square(kernel, stride, (kernel - 1) / 2), false, part("pool"));
}

int ProbeMaker::avg_pool(int x, int kernel, int stride) {
    return builder.avg_pool(x, square(kernel, stride, (kernel - 1) / 2), false, true, part("pool"));
}

int ProbeMaker::squeeze(int x, int reduced, Activation gate) {
    const int all = channels(x);
    int scale = builder.global_pool(x, part("pool"));
    scale = builder.conv(scale, std::max(reduced, 1), {}, true, part("reduce"));
    scale = act(scale, gate == Activation::h_sigmoid ? Activation::relu : style.activation);
    scale = builder.conv(scale, all, {}, true, part("widen"));
    scale = act(scale, gate);
    return builder.multiply(x, scale, part("scaled"));
}

int ProbeMaker::linear(int x, int features, bool bias) {
    return builder.linear(x, features, bias, part("linear"));
}

int ProbeMaker::layer_norm(int x, int axes) {
    return builder.layer_norm(x, axes, true, probe_eps, part("norm"));
}

int ProbeMaker::transpose(int x, const std::array<int, 3>& order) {
    return builder.transpose(x, order, part("turned"));
}

int ProbeMaker::reshape(int x, Shape to) {
    return builder.reshape(x, to, part("shaped"));
}

int ProbeMaker::parameter(Shape shape) {
    return builder.parameter(shape, part("learnt"));
}

int ProbeMaker::rejoin(int from, int x) {
    return shape(from) == shape(x) ? add(x, from) : x;
}

int ProbeMaker::classify(int x) {
    x = builder.global_pool(x, part("pool"));
    if (draws.flip(0.15))
        x = act(linear(x, draws.pick({256, 512, 1024, 1280})), style.activation);
    return linear(x, draws.pick({10, 100, 200, 1000, 1000}));
}

}  // namespace latpred
