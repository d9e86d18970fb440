// Blocks on tokens, 1 x T x D.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {
namespace {

int heads_of(const ProbeMaker& m, int features) {
    for (int heads = std::max(features / m.style.head_width, 1); heads > 1; --heads) {
        if (features % heads == 0)
            return heads;
    }
    return 1;
}

/// 1 x T x D as heads x T x d.
int in_heads(ProbeMaker& m, int x, int heads) {
    const Shape s = m.shape(x);
    return m.transpose(m.reshape(x, {s.height, heads, s.width / heads}), {1, 0, 2});
}

/// h x T x d as 1 x T x D.
int out_of_heads(ProbeMaker& m, int x) {
    const Shape s = m.shape(x);
    return m.reshape(m.transpose(x, {1, 0, 2}), {1, s.height, s.channels * s.width});
}

struct Projections {
    int query, keys, values;
};

/// Three layers, or one and its parts.
Projections projected(ProbeMaker& m, int x, int memory) {
    const int features = m.shape(x).width;
    if (m.style.variant || x != memory) {
        const int query = m.linear(x, features);
        return {query, m.linear(memory, features), m.linear(memory, features)};
    }
    const int all = m.linear(x, 3 * features);
    const auto part = [&](int place) {
        Window window{0, features};
        window.pad_left = place * features;
        return m.builder.crop(all, 1, window, m.part("part"));
    };
    const int query = part(0);
    const int keys = part(1);
    return {query, keys, part(2)};
}

/// Attention of `x` to `memory`, as it is written, within stretches of `window` tokens; 0: over
/// all.
int attention(ProbeMaker& m, int x, int memory, int window = 0) {
    const Shape s = m.shape(x);
    const int heads = heads_of(m, s.width);
    const Projections all = projected(m, x, memory);
    int query = in_heads(m, all.query, heads);
    int keys = in_heads(m, all.keys, heads);
    int values = in_heads(m, all.values, heads);
    const Shape headed = m.shape(query);
    if (window > 0) {
        const Shape cut{heads * (s.height / window), window, headed.width};
        query = m.reshape(query, cut);
        keys = m.reshape(keys, cut);
        values = m.reshape(values, cut);
    }
    query = m.builder.scale(query, 0.125, m.part("scale"));
    int scores = m.builder.matmul(query, keys, true, m.part("scores"));
    if (window > 0 && m.style.form > 0)
        scores = m.add(scores, m.parameter(m.shape(scores)));
    const int weights = m.builder.softmax(scores, 2, m.part("weights"));
    int mixed = m.builder.matmul(weights, values, false, m.part("mixed"));
    if (window > 0)
        mixed = m.reshape(mixed, headed);
    return m.linear(out_of_heads(m, mixed), s.width);
}

/// Two layers around an activation.
int perceptron(ProbeMaker& m, int x, int ratio) {
    const int features = m.shape(x).width;
    const Activation between = m.style.form == 0 ? m.style.activation : Activation::gelu;
    return m.linear(m.act(m.linear(x, ratio * features), between), features);
}

int ratio_of(const ProbeMaker& m) {
    return m.style.expand > 1 ? std::min(m.style.expand, 4) : 4;
}

}  // namespace

/// Norms before each half, or after each sum.
int encoder_block(ProbeMaker& m, int x) {
    if (m.style.squeezes) {
        x = m.layer_norm(m.add(x, attention(m, x, x)));
        return m.layer_norm(m.add(x, perceptron(m, x, ratio_of(m))));
    }
    const int normed = m.layer_norm(x);
    x = m.add(x, attention(m, normed, normed));
    return m.add(x, perceptron(m, m.layer_norm(x), ratio_of(m)));
}

/// Attention within stretches of tokens, every second time of tokens that are far apart.
int window_block(ProbeMaker& m, int x) {
    const Shape s = m.shape(x);
    int window = s.height;
    for (const int size : {49, 64, 36, 32, 28, 16, 14, 8, 7}) {
        if (s.height % size == 0 && size < s.height) {
            window = size;
            break;
        }
    }
    const int rows = s.height / window;
    const bool far = rows > 1 && m.draws.flip(0.5);
    int normed = m.layer_norm(x);
    if (far)
        normed = m.reshape(m.transpose(m.reshape(normed, {rows, window, s.width}), {1, 0, 2}), s);
    int mixed = attention(m, normed, normed, window);
    if (far)
        mixed = m.reshape(m.transpose(m.reshape(mixed, {window, rows, s.width}), {1, 0, 2}), s);
    x = m.add(x, mixed);
    return m.add(x, perceptron(m, m.layer_norm(x), ratio_of(m)));
}

/// Keys and values of fewer tokens, which a convolution makes of them.
int reduced_block(ProbeMaker& m, int x) {
    const Shape s = m.shape(x);
    const int normed = m.layer_norm(x);
    int memory = normed;
    const int side = static_cast<int>(whole_root(s.height));
    const int step = m.style.variant ? 2 : 4;
    if (side * side == s.height && side % step == 0) {
        const int plane = m.reshape(m.transpose(normed, {0, 2, 1}), {s.width, side, side});
        const int few = m.builder.conv(plane, s.width, square(step, step, 0), true, m.part("conv"));
        const int left = (side / step) * (side / step);
        memory = m.layer_norm(m.transpose(m.reshape(few, {1, s.width, left}), {0, 2, 1}));
    }
    x = m.add(x, attention(m, normed, memory));
    return m.add(x, perceptron(m, m.layer_norm(x), ratio_of(m)));
}

/// Layers over the tokens, then over the features (MLP-Mixer).
int mixer_block(ProbeMaker& m, int x) {
    const Shape s = m.shape(x);
    const int hidden = std::max(s.width / 2, 8);
    int y = m.transpose(m.layer_norm(x), {0, 2, 1});
    y = m.linear(m.act(m.linear(y, hidden), Activation::gelu), s.height);
    x = m.add(x, m.transpose(y, {0, 2, 1}));
    return m.add(x, perceptron(m, m.layer_norm(x), ratio_of(m)));
}

/// Attention, and layers with a gate, without biases, as language models have them.
int gated_block(ProbeMaker& m, int x) {
    const int features = m.shape(x).width;
    const int normed = m.builder.layer_norm(x, 1, false, 1e-6, m.part("norm"));
    x = m.add(x, attention(m, normed, normed));
    const int y = m.builder.layer_norm(x, 1, false, 1e-6, m.part("norm"));
    const int hidden = std::max(features * 8 / 3 / 8, 1) * 8;
    const int gate = m.act(m.linear(y, hidden, false), Activation::swish);
    const int wide = m.linear(y, hidden, false);
    const int gated = m.builder.multiply(gate, wide, m.part("gated"));
    return m.add(x, m.linear(gated, features, false));
}

}  // namespace latpred
