#include "graphs/bottleneck.hpp"

#include "graphs/mbconv.hpp"

namespace latpred {
namespace {

Window same(const Bottleneck& block, int stride) {
    // Ceil-mode pooling of the shortcut and this padding agree for every input size.
    return square(block.kernel, stride, block.kernel / 2);
}

int rejoin(GraphBuilder& g, int from, int x, const Bottleneck& block, const std::string& prefix) {
    int shortcut = from;
    if (block.project) {
        if (block.stride > 1) {
            shortcut = g.avg_pool(shortcut, square(block.stride, block.stride, 0), true, true,
                                  prefix + "shortcut.pool");
        }
        shortcut = conv_bn_act(g, shortcut, block.channels, {}, block.eps, Activation::none,
                               prefix + "shortcut");
    }
    const int branches[] = {x, shortcut};
    x = g.add(branches, prefix + "add");
    return block.activation == Activation::none ? x
                                                : g.activation(x, block.activation, prefix + "act");
}

}  // namespace

int bottleneck(GraphBuilder& g, int from, const Bottleneck& block, const std::string& prefix) {
    int x = conv_bn_act(g, from, block.middle, {}, block.eps, block.activation, prefix + "reduce");
    x = conv_bn_act(g, x, block.middle, same(block, block.stride), block.eps, block.activation,
                    prefix + "conv");
    x = conv_bn_act(g, x, block.channels, {}, block.eps, Activation::none, prefix + "expand");
    return rejoin(g, from, x, block, prefix);
}

int basic_block(GraphBuilder& g, int from, const Bottleneck& block, const std::string& prefix) {
    int x = conv_bn_act(g, from, block.middle, same(block, block.stride), block.eps,
                        block.activation, prefix + "first");
    x = conv_bn_act(g, x, block.channels, same(block, 1), block.eps, Activation::none,
                    prefix + "second");
    return rejoin(g, from, x, block, prefix);
}

}  // namespace latpred
