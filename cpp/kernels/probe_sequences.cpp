// Networks on tokens: chains of a block, networks that cut an image into patches, and of words.
#include "kernels/probe_maker.hpp"

#include <algorithm>

namespace latpred {
namespace {

/// Features such that so many blocks on those tokens cost about the target: a multiple of the
/// width of a head.
int features_for(ProbeMaker& m, int tokens, int blocks) {
    const std::int64_t factor = std::int64_t{tokens} * blocks * m.draws.pick({4, 8, 12, 16});
    const std::int64_t wanted = std::clamp<std::int64_t>(whole_root(m.target / factor), 24, 1536);
    const int width = m.style.head_width;
    return static_cast<int>(std::max<std::int64_t>((wanted + width / 2) / width, 1)) * width;
}

int blocks_of(ProbeMaker& m, bool whole) {
    return whole ? m.draws.pick({2, 3, 4, 6, 6, 8, 12}) : m.draws.pick({1, 1, 1, 2, 2, 3});
}

int append_blocks(ProbeMaker& m, int x, TokenBlock block, int blocks) {
    for (int i = 0; i < blocks; ++i) {
        m.builder.place(0, i);
        x = block(m, x);
    }
    m.builder.place(-1, -1);
    return x;
}

/// What the first token says.
int first_token(ProbeMaker& m, int x) {
    const int token = m.builder.crop(x, 1, {1, 0}, m.part("first"));
    return m.builder.flatten(token, m.part("flat"));
}

void write_patches(ProbeMaker& m, TokenBlock block) {
    const int patch = m.draws.pick({4, 8, 16, 16, 32});
    const int rows = m.draws.pick({4, 7, 8, 8, 12, 14, 14, 16});
    const int blocks = blocks_of(m, true);
    const int features = features_for(m, rows * rows, blocks);
    int x = m.builder.input({3, rows * patch, rows * patch});
    x = m.builder.conv(x, features, square(patch, patch, 0), true, "patches");
    x = m.transpose(m.reshape(x, {1, features, rows * rows}), {0, 2, 1});
    const bool marked = block == &encoder_block && m.style.variant;
    if (marked)
        x = m.concat({m.parameter({1, 1, features}), x}, 1);
    x = m.add(x, m.parameter(m.shape(x)));
    x = m.layer_norm(append_blocks(m, x, block, blocks));
    if (marked) {
        m.linear(first_token(m, x), m.draws.pick({10, 100, 1000}));
        return;
    }
    // The mean over tokens: features as channels.
    x = m.reshape(m.transpose(x, {0, 2, 1}), {features, rows * rows, 1});
    m.classify(x);
}

}  // namespace

void write_tokens(ProbeMaker& m, TokenBlock block, bool whole) {
    if (whole) {
        write_patches(m, block);
        return;
    }
    const int tokens = m.draws.tokens();
    const int blocks = blocks_of(m, false);
    const int x = m.builder.input({1, tokens, features_for(m, tokens, blocks)});
    append_blocks(m, x, block, blocks);
}

/// Embeddings of words and places, encoder blocks, a head on the first token or on all.
void write_words(ProbeMaker& m) {
    const int tokens = m.draws.tokens();
    const int blocks = m.draws.pick({0, 1, 1, 2, 2, 3, 4, 6, 12});
    const int features = features_for(m, tokens, std::max(blocks, 1));
    const int vocabulary = static_cast<int>(m.draws.log_uniform(1000, 32000));
    int x = m.builder.input({1, tokens, 1});
    x = m.builder.embedding(x, vocabulary, features, "words");
    x = m.add(x, m.parameter(m.shape(x)));
    x = append_blocks(m, m.layer_norm(x), m.style.form == 2 ? &gated_block : &encoder_block,
                      blocks);
    if (m.style.variant) {
        m.linear(x, m.draws.pick({8, 64, 512, 2048}));
        return;
    }
    x = m.act(m.linear(first_token(m, x), features), Activation::tanh);
    m.linear(x, m.draws.pick({2, 3, 10}));
}

}  // namespace latpred
