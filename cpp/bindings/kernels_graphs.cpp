// The kernels of a network.
#include "bindings/kernels.hpp"

namespace latpred::bindings {
namespace {

py::dict kernel_row(const TensorGraph& graph, const FusedKernel& kernel) {
    py::dict row;
    row["kind"] = std::string(to_string(kernel.kind));
    row["operators"] = operator_names(graph, kernel);
    row["macs"] = kernel.macs;
    row["read_bytes"] = kernel.read_bytes;
    row["weight_bytes"] = kernel.weight_bytes;
    row["written_bytes"] = kernel.written_bytes;
    row["views"] = kernel.views;
    py::dict fused;
    for (std::size_t sort = 0; sort < pointwise_sorts; ++sort) {
        if (kernel.fused[sort] > 0)
            fused[py::str(std::string(to_string(static_cast<PointwiseSort>(sort))))] =
                kernel.fused[sort];
    }
    row["fused"] = fused;
    row["shape"] = std::vector<double>(kernel.shape.begin(), kernel.shape.end());
    return row;
}

}  // namespace

py::list operator_names(const TensorGraph& graph, const FusedKernel& kernel) {
    py::list names;
    for (const int op : kernel.ops)
        names.append(graph.ops()[static_cast<std::size_t>(op)].name);
    return names;
}

void bind_fused_kernels(py::module_& m) {
    m.def(
        "kernels_of",
        [](const TensorGraph& graph) {
            py::list rows;
            for (const FusedKernel& kernel : fused_kernels(graph))
                rows.append(kernel_row(graph, kernel));
            return rows;
        },
        py::arg("graph"),
        R"(One dict a kernel, in execution order: kind, names of its operators, macs,
read_bytes (without weights), weight_bytes, written_bytes, views (reshapes of what it writes), fused
(bytes that fused work writes, by sort) and shape (logarithms to base 2). Transposes and slices that
move values are kernels here.)");
}

}  // namespace latpred::bindings
