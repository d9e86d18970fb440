#include "predictors/lookup_keys.hpp"

#include <span>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/parts.hpp"

namespace latpred {
namespace {

std::string size_text(const Shape& shape) {
    return message(shape.height, "x", shape.width, "x", shape.channels);
}

std::string block_name(const Op& op) {
    return place_of(op, PartSize::block);
}

bool is_depthwise(const Op& op) {
    return op.kind == OpKind::conv && op.window.groups > 1 && op.window.groups == op.shape.channels;
}

const Op* find_depthwise(std::span<const Op> block) {
    for (const Op& op : block) {
        if (is_depthwise(op))
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

/// Kinds that the originals have.
bool in_tables(OpKind kind) {
    switch (kind) {
    case OpKind::conv:
    case OpKind::batch_norm:
    case OpKind::activation:
    case OpKind::add:
    case OpKind::multiply:
    case OpKind::crop:
    case OpKind::global_pool:
    case OpKind::linear:
    case OpKind::flatten:
    case OpKind::identity:
        return true;
    default:
        return false;
    }
}

/// The tables count a block by its one depthwise convolution, or one layer by itself. They know
/// neither groups nor an expansion layer that does not expand what it reads, nor linear layers of
/// other than vectors.
void require_nameable(const OpGraph& graph, std::span<const Op> block, const Op* depthwise) {
    int layers = 0;
    bool known = true;
    for (const Op& op : block) {
        const bool dense = op.kind == OpKind::conv && op.window.groups == 1;
        const bool linear = op.kind == OpKind::linear;
        layers += dense || linear ? 1 : 0;
        const bool grouped = op.kind == OpKind::conv && !dense && !is_depthwise(op);
        known =
            known && in_tables(op.kind) && !grouped && (!linear || graph.input_shape(op).flat());
    }
    known = known && (depthwise == nullptr || depthwise == &block.front() ||
                      depthwise->shape.channels != graph.input_shape(block.front()).channels);
    if (known && (depthwise != nullptr || layers <= 1))
        return;
    throw ConfigError(message("look-up table: no entry can name the block '", block_name(block[0]),
                              "' (from ", block.front().name(), " to ", block.back().name(),
                              "): a block around one depthwise convolution or a single layer "
                              "expected; the originals only count FLOPs of other networks"));
}

/// Writes the keys of one network, block by block.
class KeyWriter {
  public:
    KeyWriter(const OpGraph& graph, LookupForm form) : graph_(graph), form_(form) {}

    /// Empty for parts that the tables do not count (flattening).
    std::string key_of(std::span<const Op> block) {
        const Op* depthwise = find_depthwise(block);
        require_nameable(graph_, block, depthwise);
        return depthwise != nullptr ? expanded_key(block, *depthwise) : plain_key(block.front());
    }

  private:
    [[nodiscard]] std::string expanded_key(std::span<const Op> block, const Op& depthwise) const {
        const Shape& input = graph_.input_shape(block.front());
        const bool ratio = form_ == LookupForm::ratio;
        const int middle = depthwise.shape.channels;
        std::string key = message(
            "expanded_conv-input:", size_text(input), "-output:", size_text(block.back().shape),
            "-expand:", ratio ? middle / input.channels : middle,
            "-kernel:", depthwise.window.kernel_h, "-stride:", depthwise.window.stride,
            "-idskip:", holds(block, OpKind::add));
        if (!ratio)
            key += message("-se:", holds(block, OpKind::multiply), "-hs:", hard_swish(block));
        return key;
    }

    std::string plain_key(const Op& op) {
        const Shape& input = graph_.input_shape(op);
        const std::string sizes =
            message("-input:", size_text(input), "-output:", size_text(op.shape));
        if (op.kind == OpKind::conv) {
            const int number = convolutions_++;
            return (number == 0 ? "Conv" : message("Conv_", number)) + sizes;
        }
        if (op.kind == OpKind::global_pool) {
            pooled_ = input;
            return form_ == LookupForm::ratio ? "" : "AvgPool2D" + sizes;
        }
        if (op.kind == OpKind::linear) {
            const std::string plane =
                form_ == LookupForm::ratio ? message(pooled_.height, "x", pooled_.width) : "1x1";
            return message("Logits-input:", plane, "x", input.elements(),
                           "-output:", op.shape.elements());
        }
        return {};
    }

    const OpGraph& graph_;
    LookupForm form_;
    int convolutions_ = 0;
    Shape pooled_;  ///< the plane before the last pooling
};

}  // namespace

std::vector<LookupKey> lookup_keys(const OpGraph& graph, LookupForm form) {
    std::vector<LookupKey> keys;
    KeyWriter writer(graph, form);
    for (std::size_t begin = 0; begin < graph.ops.size();) {
        const Op& first = graph.ops[begin];
        std::size_t end = begin + 1;
        while (end < graph.ops.size() && block_name(graph.ops[end]) == block_name(first))
            ++end;
        const std::span<const Op> block(&first, end - begin);
        begin = end;
        if (first.kind == OpKind::input)
            continue;
        std::string key = writer.key_of(block);
        if (!key.empty())
            keys.push_back({first.unit, first.layer, std::move(key), end});
    }
    return keys;
}

}  // namespace latpred
