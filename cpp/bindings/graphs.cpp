#include "bindings/graphs.hpp"
#include "bindings/pickles.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/checked_graph.hpp"
#include "graphs/parts.hpp"

namespace latpred::bindings {

namespace {

void bind_op_graph(py::module_& m) {
    py::class_<OpGraph> cls(m, "OpGraph", R"(A network as its operators with shapes, for one image.

Example:
    >>> graph = archs[0].graph()
    >>> len(graph) == len(graph.layers()), sorted(graph.costs)
    (True, ['bytes', 'kernels', 'macs', 'params', 'peak_bytes']))");
    cls.def("__len__", [](const OpGraph& graph) { return graph.ops.size(); })
        .def("__repr__",
             [](const OpGraph& graph) {
                 const Costs c = costs_of(graph);
                 return message("OpGraph(", graph.ops.size(), " operators, ", c.macs, " MACs, ",
                                c.params, " parameters)");
             })
        .def("__copy__", [](const OpGraph& graph) { return graph; })
        .def("__deepcopy__", [](const OpGraph& graph, const py::dict& /*memo*/) { return graph; })
        .def_property_readonly(
            "costs", [](const OpGraph& graph) { return costs_dict(costs_of(graph)); },
            "macs, params, bytes, peak_bytes, kernels of one image in float32.");
    bind_rows(cls);
    m.def(
        "parts_of",
        [](const OpGraph& graph, const std::string& by) {
            std::vector<std::pair<std::string, OpGraph>> parts;
            for (const Part& part : parts_of(graph, part_size(by)))
                parts.emplace_back(part.place, part_graph(graph, part));
            return parts;
        },
        py::arg("graph"), py::arg("by") = "block",
        "Place and graph of each part, by 'block' or 'layer'. Raises ConfigError, also where a "
        "part\nreads values of several shapes.");
}

using Pair = std::array<int, 2>;
using Sides = std::array<int, 4>;

Window make_window(Pair kernel, int stride, Sides padding, int dilation, int groups) {
    const Window window{kernel[0],  kernel[1],  stride,   padding[0], padding[1],
                        padding[2], padding[3], dilation, groups};
    check_window(window);
    return window;
}

void bind_window(py::module_& m) {
    py::class_<Window>(m, "Window", R"(Window of a convolution, a pooling or a crop.

Example:
    >>> window = lp.graphs.Window([3, 3], stride=2, padding=[1, 1, 1, 1])
    >>> builder = lp.graphs.GraphBuilder()
    >>> plane = builder.max_pool(builder.input(8, 32, 32), window)
    >>> builder.build().layers()[-1]["shape"]
    (8, 16, 16))")
        .def(py::init(&make_window), py::arg("kernel") = Pair{1, 1}, py::arg("stride") = 1,
             py::arg("padding") = Sides{0, 0, 0, 0}, py::arg("dilation") = 1, py::arg("groups") = 1,
             "kernel: height, width; padding: top, left, bottom, right, in pixels.")
        .def(pickled(&Window::kernel_h, &Window::kernel_w, &Window::stride, &Window::pad_top,
                     &Window::pad_left, &Window::pad_bottom, &Window::pad_right, &Window::dilation,
                     &Window::groups, &Window::stride_w));
}

void bind_windowed(py::class_<GraphBuilder>& cls) {
    using B = GraphBuilder;
    cls.def("conv", &B::conv, py::arg("source"), py::arg("channels"), py::arg("window"),
            py::kw_only(), py::arg("bias") = false, py::arg("part") = "conv",
            "A convolution; weight channels x in/groups x kernel.")
        .def("crop", &B::crop, py::arg("source"), py::arg("channels"), py::arg("window"),
             py::kw_only(), py::arg("part") = "crop",
             "The first `channels` channels; kernel 0 keeps the whole plane.")
        .def("avg_pool", &B::avg_pool, py::arg("source"), py::arg("window"), py::kw_only(),
             py::arg("ceil_mode") = false, py::arg("count_include_pad") = true,
             py::arg("part") = "avg_pool", "Mean of each window.")
        .def("max_pool", &B::max_pool, py::arg("source"), py::arg("window"), py::kw_only(),
             py::arg("ceil_mode") = false, py::arg("part") = "max_pool",
             "Largest value of each window.");
}

void bind_pointwise(py::class_<GraphBuilder>& cls) {
    using B = GraphBuilder;
    using Sources = std::vector<int>;
    cls.def("batch_norm", &B::batch_norm, py::arg("source"), py::kw_only(), py::arg("eps") = 1e-5,
            py::arg("part") = "bn", "(x - running_mean) / sqrt(running_var + eps) * weight + bias.")
        .def(
            "activation",
            [](B& b, int source, const std::string& name, std::string part) {
                return b.activation(source, activation_named(name), std::move(part));
            },
            py::arg("source"), py::arg("name"), py::kw_only(), py::arg("part") = "act",
            "none, relu, relu6, h_swish, h_sigmoid, sigmoid, swish, tanh or gelu.")
        .def(
            "add",
            [](B& b, const Sources& from, std::string part) {
                return b.add(from, std::move(part));
            },
            py::arg("sources"), py::kw_only(), py::arg("part") = "add",
            "Sum of values of one shape.")
        .def("multiply", &B::multiply, py::arg("source"), py::arg("scale"), py::kw_only(),
             py::arg("part") = "multiply",
             "Product with a value of the same shape or of channels x 1 x 1.")
        .def(
            "concat",
            [](B& b, const Sources& from, int axis, std::string part) {
                return b.concat(from, std::move(part), axis);
            },
            py::arg("sources"), py::kw_only(), py::arg("axis") = 0, py::arg("part") = "concat",
            "All sources one after the other along an axis of (C, H, W).")
        .def("channel_shuffle", &B::channel_shuffle, py::arg("source"), py::arg("groups"),
             py::kw_only(), py::arg("part") = "shuffle", "Channels as groups x rest, transposed.")
        .def("identity", &B::identity, py::arg("source"), py::kw_only(),
             py::arg("part") = "identity", "The value itself.")
        .def("zero", &B::zero, py::arg("source"), py::arg("channels"), py::arg("stride"),
             py::kw_only(), py::arg("part") = "zero",
             "Zeros; height and width divided by the stride, rounded up.");
}

void bind_flat(py::class_<GraphBuilder>& cls) {
    using B = GraphBuilder;
    cls.def("global_pool", &B::global_pool, py::arg("source"), py::kw_only(),
            py::arg("part") = "pool", "Mean of each channel.")
        .def("flatten", &B::flatten, py::arg("source"), py::kw_only(), py::arg("part") = "flatten",
             "All values as channels of a 1 x 1 plane.")
        .def("linear", &B::linear, py::arg("source"), py::arg("features"), py::kw_only(),
             py::arg("bias") = true, py::arg("part") = "linear",
             "A fully connected layer on the channels of a flat value, else on the last axis.");
}

}  // namespace

py::dict costs_dict(const Costs& costs) {
    py::dict named;
    named["macs"] = costs.macs;
    named["params"] = costs.params;
    named["bytes"] = costs.bytes;
    named["peak_bytes"] = costs.peak_bytes;
    named["kernels"] = costs.kernels;
    return named;
}

void bind_graphs(py::module_& m) {
    bind_op_graph(m);
    bind_window(m);
    py::class_<GraphBuilder> builder(
        m, "GraphBuilder",
        R"(Builds op graphs; every method appends an operator and returns its number.

Example:
    >>> builder = lp.graphs.GraphBuilder()
    >>> image = builder.input(3, 32, 32)
    >>> plane = builder.conv(image, 8, lp.graphs.Window([3, 3], padding=[1, 1, 1, 1]))
    >>> builder.build().layers()[-1]["shape"]
    (8, 32, 32))");
    builder.def(py::init<>())
        .def("place", &GraphBuilder::place, py::arg("unit"), py::arg("layer"),
             py::return_value_policy::reference_internal,
             "Unit and layer of the operators that follow; -1 outside searchable units.")
        .def(
            "input",
            [](GraphBuilder& b, int channels, int height, int width) {
                return b.input({channels, height, width});
            },
            py::arg("channels"), py::arg("height"), py::arg("width"),
            "The input of one image; the first operator.")
        .def(
            "build", [](const GraphBuilder& b) { return GraphBuilder(b).build(); },
            "The graph; its output is the operator appended last.");
    bind_windowed(builder);
    bind_pointwise(builder);
    bind_flat(builder);
    bind_tokens(builder);
    bind_blocks(builder);
    bind_tensors(m);
}

}  // namespace latpred::bindings
