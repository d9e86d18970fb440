#include "base/text.hpp"
#include "neural/edge_sums_impl.hpp"
#include "neural/stack_layer_impl.hpp"

namespace latpred {
namespace {

/// Values of nodes where one of the inputs has them.
RowsOf rows_of_all(std::span<const ValueShape> inputs) {
    for (const ValueShape& input : inputs) {
        if (input.rows == RowsOf::nodes)
            return RowsOf::nodes;
    }
    return RowsOf::graphs;
}

/// All with as many rows: those of graphs are repeated for each of its nodes.
std::vector<at::Tensor> aligned(const ForwardContext& context, Tensors inputs,
                                const std::vector<ValueShape>& shapes, RowsOf rows) {
    std::vector<at::Tensor> all;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        all.push_back(shapes[i].rows == rows ? inputs[i] : spread(context, inputs[i]));
    return all;
}

StackLayer make_concat(std::span<const ValueShape> inputs) {
    StackLayer layer{{rows_of_all(inputs), 0}, {}, {}};
    for (const ValueShape& input : inputs)
        layer.shape.width += input.width;
    const std::vector<ValueShape> shapes(inputs.begin(), inputs.end());
    const RowsOf rows = layer.shape.rows;
    layer.forward = [shapes, rows](const ForwardContext& context, Tensors x, Tensors) {
        return at::cat(aligned(context, x, shapes, rows), 1);
    };
    return layer;
}

StackLayer make_sum(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    for (const ValueShape& input : inputs) {
        if (input.width != inputs[0].width)
            refuse_layer(spec, message("inputs of one width expected, got ", inputs[0].width,
                                       " and ", input.width));
    }
    StackLayer layer{{rows_of_all(inputs), inputs[0].width}, {}, {}};
    const std::vector<ValueShape> shapes(inputs.begin(), inputs.end());
    const RowsOf rows = layer.shape.rows;
    layer.forward = [spec, shapes, rows](const ForwardContext& context, Tensors x, Tensors) {
        const std::vector<at::Tensor> all = aligned(context, x, shapes, rows);
        at::Tensor sum = all[0];
        for (std::size_t i = 1; i < all.size(); ++i)
            sum = at::add(sum, all[i]);
        const bool fresh = all.size() > 1;
        if (spec.kind == "average" && fresh)
            sum.mul_(1.0 / static_cast<double>(all.size()));
        return activated(spec, sum, fresh);
    };
    return layer;
}

StackLayer make_columns(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    if (inputs.size() != 1 || spec.columns.empty())
        refuse_layer(spec, "one input and columns expected");
    for (const int column : spec.columns) {
        if (column >= inputs[0].width)
            refuse_layer(spec, message("column ", column, " of ", inputs[0].width));
    }
    StackLayer layer{{inputs[0].rows, static_cast<std::int64_t>(spec.columns.size())}, {}, {}};
    const std::vector<std::int64_t> columns(spec.columns.begin(), spec.columns.end());
    layer.forward = [columns](const ForwardContext&, Tensors x, Tensors) {
        if (columns.back() - columns.front() + 1 == static_cast<std::int64_t>(columns.size()) &&
            std::ranges::is_sorted(columns))
            return at::narrow(x[0], 1, columns.front(), static_cast<std::int64_t>(columns.size()));
        return at::index_select(x[0], 1, at::tensor(columns, at::kLong));
    };
    return layer;
}

}  // namespace

StackLayer make_joining_layer(const LayerSpec& spec, std::span<const ValueShape> inputs) {
    if (spec.kind == "concat")
        return make_concat(inputs);
    return spec.kind == "columns" ? make_columns(spec, inputs) : make_sum(spec, inputs);
}

}  // namespace latpred
