#include "predictors/lookup_keys.hpp"

#include <span>

#include "base/text.hpp"

namespace latpred {
namespace {

std::string size_text(const Shape& shape) {
    return message(shape.height, "x", shape.width, "x", shape.channels);
}

/// Operators of a block: those of one place, or outside units those whose names start alike.
std::string block_name(const Op& op) {
    if (op.unit >= 0)
        return message(op.unit, ".", op.layer);
    return op.part.substr(0, op.part.find('.'));
}

const Op* find_depthwise(std::span<const Op> block) {
    for (const Op& op : block) {
        if (op.kind == OpKind::conv && op.window.groups > 1)
            return &op;
    }
    return nullptr;
}

bool holds(std::span<const Op> block, OpKind kind) {
    for (const Op& op : block) {
        if (op.kind == kind)
            return true;
    }
    return false;
}

bool hard_swish(std::span<const Op> block) {
    for (const Op& op : block) {
        if (op.kind == OpKind::activation && op.activation == Activation::h_swish)
            return true;
    }
    return false;
}

std::string expanded_key(const OpGraph& graph, std::span<const Op> block, const Op& depthwise) {
    return message("expanded_conv-input:", size_text(graph.input_shape(block.front())),
                   "-output:", size_text(block.back().shape), "-expand:", depthwise.shape.channels,
                   "-kernel:", depthwise.window.kernel_h, "-stride:", depthwise.window.stride,
                   "-idskip:", holds(block, OpKind::add), "-se:", holds(block, OpKind::multiply),
                   "-hs:", hard_swish(block));
}

/// Empty for parts that the tables do not count (flattening).
std::string plain_key(const OpGraph& graph, std::span<const Op> block, int& convolutions) {
    const Op& first = block.front();
    const std::string input = "-input:" + size_text(graph.input_shape(first));
    const std::string output = "-output:" + size_text(first.shape);
    if (first.kind == OpKind::conv) {
        const int number = convolutions++;
        return (number == 0 ? "Conv" : message("Conv_", number)) + input + output;
    }
    if (first.kind == OpKind::global_pool)
        return "AvgPool2D" + input + output;
    if (first.kind == OpKind::linear) {
        return message("Logits-input:1x1x", graph.input_shape(first).elements(),
                       "-output:", first.shape.elements());
    }
    return {};
}

}  // namespace

std::vector<LookupKey> lookup_keys(const OpGraph& graph) {
    std::vector<LookupKey> keys;
    int convolutions = 0;
    for (std::size_t begin = 0; begin < graph.ops.size();) {
        const Op& first = graph.ops[begin];
        std::size_t end = begin + 1;
        while (end < graph.ops.size() && block_name(graph.ops[end]) == block_name(first))
            ++end;
        const std::span<const Op> block(&first, end - begin);
        begin = end;
        if (first.kind == OpKind::input)
            continue;
        const Op* depthwise = find_depthwise(block);
        std::string key = depthwise != nullptr ? expanded_key(graph, block, *depthwise)
                                               : plain_key(graph, block, convolutions);
        if (!key.empty())
            keys.push_back({first.unit, first.layer, std::move(key)});
    }
    return keys;
}

}  // namespace latpred
