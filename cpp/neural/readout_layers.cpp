#include <algorithm>

#include "base/text.hpp"
#include "neural/edge_sums_impl.hpp"
#include "neural/stack_layer_impl.hpp"

namespace latpred {
namespace {

/// 1 for each node that counts, or its share of the mean; graphs without any give zeros.
std::vector<float> node_weights(const LayerSpec& spec, const GraphTensors& graphs) {
    std::vector<float> weights(static_cast<std::size_t>(graphs.nodes()), 1.0F);
    const at::Tensor& x = graphs.features();
    for (std::size_t b = 0; b + 1 < graphs.offsets().size(); ++b) {
        const auto begin = static_cast<std::size_t>(graphs.offsets()[b]);
        const auto end = static_cast<std::size_t>(graphs.offsets()[b + 1]);
        float count = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const bool none = spec.drop_where >= 0 &&
                              x.const_data_ptr<float>()[static_cast<std::int64_t>(i) * x.size(1) +
                                                        spec.drop_where] == 1;
            if (none || (spec.drop_first && i == begin))
                weights[i] = 0;
            count += weights[i];
        }
        for (std::size_t i = begin; spec.kind == "mean" && i < end; ++i)
            weights[i] /= std::max(count, 1.0F);
    }
    return weights;
}

}  // namespace

StackLayer make_readout_layer(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    if (inputs.size() != 1)
        refuse_layer(spec, "one input expected");
    want_rows(spec, inputs[0], RowsOf::nodes);
    StackLayer layer{{RowsOf::graphs, inputs[0].width}, {}, {}};
    if (spec.kind == "first" || spec.kind == "last") {
        const bool first = spec.kind == "first";
        layer.forward = [first](const ForwardContext& context, Tensors x, Tensors) {
            return at::index_select(x[0], 0,
                                    first ? context.graphs.firsts() : context.graphs.lasts());
        };
        return layer;
    }
    layer.forward = [spec](const ForwardContext& context, Tensors x, Tensors) {
        const bool all = spec.kind == "sum" && !spec.drop_first && spec.drop_where < 0;
        return sum_along(
            all ? context.graphs.membership()
                : context.graphs.weighted_membership(node_weights(spec, context.graphs)),
            x[0]);
    };
    return layer;
}

}  // namespace latpred
