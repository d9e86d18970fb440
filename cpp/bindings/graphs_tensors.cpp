// Networks as other tools write them.
#include "bindings/graphs.hpp"

#include <tuple>
#include <utility>

#include "graphs/tensor_graph.hpp"

namespace latpred::bindings {
namespace {

using TensorSizes = std::vector<std::int64_t>;
using WrittenTensor = std::tuple<std::string, TensorSizes, int>;

TensorShape written_shape(WrittenTensor given) {
    return {std::move(std::get<0>(given)), std::move(std::get<1>(given)), std::get<2>(given)};
}

std::vector<int> add_operator(TensorGraph& graph, const std::string& kind, std::string name,
                              std::string type, std::vector<int> inputs,
                              std::vector<WrittenTensor> outputs, int groups, bool transpose_a,
                              bool transpose_b, std::string equation, int matrices) {
    std::vector<TensorShape> shapes;
    for (WrittenTensor& one : outputs)
        shapes.push_back(written_shape(std::move(one)));
    return graph.add(tensor_kind(kind), std::move(name), std::move(type), std::move(inputs),
                     std::move(shapes),
                     {groups, transpose_a, transpose_b, std::move(equation), matrices});
}

py::tuple tensor_names(const TensorGraph& graph, const std::vector<int>& tensors) {
    py::tuple names(tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i)
        names[i] = graph.tensor(tensors[i]).name;
    return names;
}

py::dict tensor_row(const TensorGraph& graph, const TensorOp& op) {
    py::dict row;
    row["name"] = op.name;
    row["kind"] = std::string(to_string(op.kind));
    row["operator"] = op.type;
    row["inputs"] = tensor_names(graph, op.inputs);
    row["outputs"] = tensor_names(graph, op.outputs);
    row["shape"] = py::tuple(py::cast(graph.tensor(op.outputs.front()).sizes));
    row["macs"] = op.macs;
    row["params"] = op.params;
    row["kernel"] = op.kernel;
    return row;
}

using TensorMaking = int (TensorGraph::*)(TensorShape);

auto tensor_maker(TensorMaking make) {
    return [make](TensorGraph& graph, std::string name, TensorSizes sizes, int bits) {
        return (graph.*make)({std::move(name), std::move(sizes), bits});
    };
}

void bind_tensor_making(py::class_<TensorGraph>& cls) {
    cls.def(py::init<>())
        .def("input", tensor_maker(&TensorGraph::input), py::arg("name"), py::arg("sizes"),
             py::arg("bits"), "A tensor that is given at each run; returns its number.")
        .def("weight", tensor_maker(&TensorGraph::weight), py::arg("name"), py::arg("sizes"),
             py::arg("bits"), "Learnt numbers.")
        .def("constant", tensor_maker(&TensorGraph::constant), py::arg("name"), py::arg("sizes"),
             py::arg("bits"), "Other numbers that are known before the network runs.")
        .def("add", &add_operator, py::arg("kind"), py::arg("name"), py::arg("type"),
             py::arg("inputs"), py::arg("outputs"), py::kw_only(), py::arg("groups") = 1,
             py::arg("transpose_a") = false, py::arg("transpose_b") = false,
             py::arg("equation") = "", py::arg("matrices") = 0,
             R"(Appends an operator; returns the numbers of the tensors that it writes.

Args:
    kind: What it does: conv, matmul, view, arithmetic, …
    name: Name of its own.
    type: As the tool calls the operator.
    inputs: Numbers of the tensors whose values it reads; of products the factors first.
    outputs: Name, sizes and bits a value of each tensor that it writes.
    groups: Of convolutions.
    transpose_a: Of matmul: the last two axes of the first factor.
    transpose_b: Those of the second.
    equation: Of einsum.
    matrices: Of recurrent: how many inputs after the first multiply each step.

Raises:
    ConfigError: For inputs that do not fit the kind; the message names the operator.)")
        .def("output", &TensorGraph::output, py::arg("name"), py::arg("tensor"),
             "A tensor that the network gives back.");
}

}  // namespace

void bind_tensors(py::module_& m) {
    py::class_<TensorGraph> cls(
        m, "TensorGraph",
        "A network as operators on tensors of any rank, with several inputs and outputs.");
    bind_tensor_making(cls);
    bind_tensor_state(cls);
    cls.def("__len__", [](const TensorGraph& graph) { return graph.ops().size(); })
        .def("__copy__", [](const TensorGraph& graph) { return graph; })
        .def("__deepcopy__",
             [](const TensorGraph& graph, const py::dict& /*memo*/) { return graph; })
        .def_property_readonly(
            "costs", [](const TensorGraph& graph) { return costs_dict(costs_of(graph)); },
            "macs, params, bytes, peak_bytes, kernels of one run.")
        .def(
            "layers",
            [](const TensorGraph& graph) {
                py::list rows;
                for (const TensorOp& op : graph.ops())
                    rows.append(tensor_row(graph, op));
                return rows;
            },
            "One dict an operator, in execution order.")
        .def(
            "sizes",
            [](const TensorGraph& graph, int number) { return graph.tensor(number).sizes; },
            py::arg("tensor"), "Sizes of a tensor.")
        .def_property_readonly(
            "inputs",
            [](const TensorGraph& graph) {
                py::dict found;
                for (const int number : graph.inputs()) {
                    const Tensor& one = graph.tensor(number);
                    found[py::str(one.name)] = py::tuple(py::cast(one.sizes));
                }
                return found;
            },
            "Shape of each input, by name.")
        .def_property_readonly(
            "outputs",
            [](const TensorGraph& graph) {
                py::dict found;
                for (const auto& [name, number] : graph.outputs())
                    found[py::str(name)] = py::tuple(py::cast(graph.tensor(number).sizes));
                return found;
            },
            "Shape of each output, by name.");
}

}  // namespace latpred::bindings
