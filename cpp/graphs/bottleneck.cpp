#include "graphs/bottleneck.hpp"

#include "graphs/mbconv.hpp"

namespace latpred {

int bottleneck(GraphBuilder& g, int from, const Bottleneck& block, const std::string& prefix) {
    int x = conv_bn_act(g, from, block.middle, {}, block.eps, Activation::relu, prefix + "reduce");
    x = conv_bn_act(g, x, block.middle, square(3, block.stride, 1), block.eps, Activation::relu,
                    prefix + "conv");
    x = conv_bn_act(g, x, block.channels, {}, block.eps, Activation::none, prefix + "expand");
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
    return g.activation(g.add(branches, prefix + "add"), Activation::relu, prefix + "relu");
}

}  // namespace latpred
