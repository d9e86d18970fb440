#include "graphs/mbconv.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

int make_divisible(double value, int divisor) {
    constexpr int most = std::numeric_limits<int>::max();
    if (!(value < most - 2.0 * divisor)) {
        throw ConfigError(
            message("a layer of ", value, " channels, fewer than ", most, " expected"));
    }
    int rounded = std::max(divisor, static_cast<int>(value + divisor / 2.0) / divisor * divisor);
    if (rounded < 0.9 * value)
        rounded += divisor;
    return rounded;
}

int conv_bn_act(GraphBuilder& g, int from, int channels, const Window& window, double eps,
                Activation activation, const std::string& part) {
    int x = g.conv(from, channels, window, false, part);
    x = g.batch_norm(x, eps, part + ".bn");
    return activation == Activation::none ? x : g.activation(x, activation, part + ".act");
}

int squeeze_excite(GraphBuilder& g, int from, const std::string& prefix,
                   const SqueezeExcite& form) {
    const int channels = g.shape(from).channels;
    const int quarter = channels / 4;  // OFA divides whole channels
    const int reduced = form.reduced > 0 ? form.reduced : make_divisible(quarter);
    int scale = g.global_pool(from, prefix + "se.pool");
    scale = g.conv(scale, reduced, {}, form.bias, prefix + "se.reduce");
    scale = g.activation(scale, form.activation,
                         prefix + (form.activation == Activation::relu ? "se.relu" : "se.act"));
    scale = g.conv(scale, channels, {}, form.bias, prefix + "se.expand");
    scale = g.activation(scale, Activation::h_sigmoid, prefix + "se.gate");
    return g.multiply(from, scale, prefix + "se.scale");
}

int expanded_channels(int in_channels, double expand) {
    // nearbyint rounds halves to even, as the originals' round() does.
    return make_divisible(std::nearbyint(in_channels * expand));
}

namespace {

int depthwise(GraphBuilder& g, int from, const MbConv& block, const std::string& prefix) {
    const int middle = g.shape(from).channels;
    const int padding = block.padding < 0 ? block.kernel / 2 : block.padding;
    const bool late = block.squeeze_excite && block.squeezes_first;
    int x =
        conv_bn_act(g, from, middle, square(block.kernel, block.stride, padding, middle), block.eps,
                    late ? Activation::none : block.activation, prefix + "depthwise");
    if (block.squeeze_excite)
        x = squeeze_excite(g, x, prefix, block.squeeze);
    return late ? g.activation(x, block.activation, prefix + "depthwise.act") : x;
}

int with_shortcut(GraphBuilder& g, int from, int x, const MbConv& block,
                  const std::string& prefix) {
    if (!block.shortcut)
        return x;
    if (block.projects_shortcut && block.stride == 1 && g.shape(from).channels != block.channels) {
        from = conv_bn_act(g, from, block.channels, {}, block.eps, Activation::none,
                           prefix + "shortcut");
    }
    if (g.shape(from) != g.shape(x))
        return x;
    const int branches[] = {from, x};
    return g.add(branches, prefix + "add");
}

}  // namespace

int mbconv(GraphBuilder& g, int from, const MbConv& block, const std::string& prefix) {
    const int in_channels = g.shape(from).channels;
    const bool expands = block.expand != 1 || block.always_expands;
    const bool given = block.middle > 0 && expands;
    const int middle = given ? block.middle : expanded_channels(in_channels, block.expand);
    int x = from;
    const Window pointwise = square(1, 1, 0, block.groups);
    if (expands) {
        x = conv_bn_act(g, x, middle, pointwise, block.eps, block.activation, prefix + "expand");
        if (block.groups > 1)
            x = g.channel_shuffle(x, block.groups, prefix + "shuffle");
    }
    x = depthwise(g, x, block, prefix);
    x = conv_bn_act(g, x, block.channels, pointwise, block.eps, Activation::none,
                    prefix + "project");
    return with_shortcut(g, from, x, block, prefix);
}

}  // namespace latpred
