// Writes an op graph as operators on tensors. Private to the room.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graphs/graph_builder.hpp"
#include "graphs/tensor_graph.hpp"

namespace latpred {

/// Writes one operator after the other. A value is a plane or flat, as PyTorch has it.
class TensorLowering {
  public:
    TensorLowering(const OpGraph& from, int batch)
        : from_(from), batch_(batch), flat_(flat_values(from)) {}

    TensorGraph lowered() {
        for (const Op& op : from_.ops)
            values_.push_back(lower(op));
        const int last = static_cast<int>(from_.ops.size()) - 1;
        made_.output(from_.ops.back().name(),
                     from_.output_shape().flat() ? vector(last) : plane(last));
        return std::move(made_);
    }

  private:
    using Sizes = std::vector<std::int64_t>;

    [[nodiscard]] Sizes planes_of(const Shape& shape) const {
        return {batch_, shape.channels, shape.height, shape.width};
    }
    /// Of the value of the operator that is lowered now.
    [[nodiscard]] Sizes sizes() const {
        const Shape& shape = from_.ops[values_.size()].shape;
        return flat_[values_.size()] ? Sizes{batch_, shape.channels} : planes_of(shape);
    }

    int call(TensorKind kind, const std::string& name, std::string_view type,
             std::vector<int> inputs, Sizes sizes, TensorAttributes attributes = {}) {
        const int bits = kind == TensorKind::cast ? 64 : 32;
        return made_
            .add(kind, name, std::string(type), std::move(inputs),
                 {TensorShape{name, std::move(sizes), bits}}, std::move(attributes))
            .front();
    }
    int view(const std::string& name, std::string_view type, int from, Sizes sizes) {
        return call(TensorKind::view, name, type, {from}, std::move(sizes));
    }
    int turned(const std::string& name, std::string_view type, int from, Sizes sizes) {
        return call(TensorKind::transpose, name, type, {from}, std::move(sizes));
    }
    int weight(const Op& op, Sizes sizes) {
        return made_.weight({op.name() + ".weight", std::move(sizes)});
    }
    void add_bias(const Op& op, std::int64_t values, std::vector<int>& inputs) {
        if (op.bias)
            inputs.push_back(made_.weight({op.name() + ".bias", {values}}));
    }

    int plane(int number);
    int vector(int number);
    [[nodiscard]] int source(const Op& op, int which = 0) const {
        return from_.inputs_of(op)[static_cast<std::size_t>(which)];
    }
    int value(const Op& op) const { return values_[static_cast<std::size_t>(source(op))]; }
    std::vector<int> planes(const Op& op);

    int lower(const Op& op);
    int lower_tokens(const Op& op);
    int lower_planes(const Op& op);
    int conv(const Op& op);
    int linear(const Op& op);
    int batch_norm(const Op& op);
    int layer_norm(const Op& op);
    int matmul(const Op& op);
    int embedding(const Op& op);
    int sum(const Op& op);

    const OpGraph& from_;
    std::int64_t batch_;
    std::vector<bool> flat_;
    TensorGraph made_;
    std::vector<int> values_;  ///< tensor of each operator so far
};

}  // namespace latpred
