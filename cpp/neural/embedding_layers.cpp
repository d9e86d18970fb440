#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/stack_layer_impl.hpp"

namespace latpred {
namespace {

/// The ids of a column as whole numbers. DataError for one that the table has no row for.
at::Tensor ids_of(const LayerSpec& spec, const at::Tensor& x, std::int64_t column) {
    at::Tensor ids = at::empty({x.size(0)}, at::kLong);
    auto* out = ids.mutable_data_ptr<std::int64_t>();
    const auto* value = x.const_data_ptr<float>() + column * x.stride(1);
    for (std::int64_t i = 0; i < x.size(0); ++i, value += x.stride(0)) {
        const float id = *value;
        if (!(id >= 0) || id >= static_cast<float>(spec.count) || std::floor(id) != id)
            throw DataError(message("layer '", excerpt(spec.name), "': id ", id, " in row ", i,
                                    ", whole numbers from 0 to ", spec.count - 1, " expected"));
        out[i] = static_cast<std::int64_t>(id);
    }
    return ids;
}

StackLayer make_table(const LayerSpec& spec, const ValueShape& input) {
    if (spec.count == 0)
        refuse_layer(spec, "a count of ids expected");
    if (spec.columns.size() > 1 || (spec.columns.empty() && input.width != 1))
        refuse_layer(spec, "one column of ids expected");
    const int column = spec.columns.empty() ? 0 : spec.columns[0];
    if (column >= input.width)
        refuse_layer(spec, message("column ", column, " of ", input.width));
    StackLayer layer{{input.rows, width_of(spec)}, {}, {}};
    layer.tensors = {{"weight", {spec.count, spec.width}, {Start::Kind::normal, 1}}};
    layer.forward = [spec, column](const ForwardContext&, Tensors x, Tensors p) {
        return at::embedding(p[0], ids_of(spec, x[0], column));
    };
    return layer;
}

/// One learned row for every node.
StackLayer make_constant(const LayerSpec& spec) {
    StackLayer layer{{RowsOf::nodes, width_of(spec)}, {}, {}};
    layer.tensors = {{"value", {spec.width}, {Start::Kind::constant, 0}}};
    layer.forward = [](const ForwardContext& context, Tensors, Tensors p) {
        return p[0].unsqueeze(0).expand({context.graphs.nodes(), p[0].size(0)});
    };
    return layer;
}

/// First and last nodes get rows of their own: zeros, or learned ones.
StackLayer make_ends(const LayerSpec& spec, const ValueShape& input) {
    want_rows(spec, input, RowsOf::nodes);
    StackLayer layer{input, {}, {}};
    if (spec.first == "learned")
        layer.tensors.push_back({"first", {input.width}, {Start::Kind::normal, 1}});
    if (spec.last == "learned")
        layer.tensors.push_back({"last", {input.width}, {Start::Kind::normal, 1}});
    layer.forward = [spec](const ForwardContext& context, Tensors x, Tensors p) {
        at::Tensor value = x[0];
        std::size_t next = 0;
        const auto replace = [&](const std::string& how, const at::Tensor& places) {
            if (how == "keep")
                return;
            const at::Tensor row =
                how == "learned" ? p[next++] : at::zeros({x[0].size(1)}, at::kFloat);
            value =
                value.index_copy(0, places, row.unsqueeze(0).expand({places.size(0), row.size(0)}));
        };
        replace(spec.first, context.graphs.firsts());
        replace(spec.last, context.graphs.lasts());
        return value;
    };
    return layer;
}

}  // namespace

StackLayer make_embedding_layer(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    if (spec.kind == "constant")
        return make_constant(spec);
    if (inputs.size() != 1)
        refuse_layer(spec, "one input expected");
    return spec.kind == "ends" ? make_ends(spec, inputs[0]) : make_table(spec, inputs[0]);
}

}  // namespace latpred
