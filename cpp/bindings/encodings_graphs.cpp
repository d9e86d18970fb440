// Networks as graphs for models, for Python: arrays are views of what C++ holds.
#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/encodings.hpp"
#include "bindings/whole_numbers.hpp"
#include "encodings/graph_batch.hpp"
#include "encodings/space_graphs.hpp"

namespace latpred::bindings {
namespace {

using SharedBatch = std::shared_ptr<GraphBatch>;
using Integers = py::array_t<std::int64_t>;

/// Read-only, and keeps its owner alive.
template <class T>
py::array_t<T> view_of(const py::object& owner, const std::vector<T>& values,
                       std::vector<py::ssize_t> shape) {
    py::array_t<T> array(std::move(shape), values.data(), owner);
    array.attr("flags").attr("writeable") = false;
    return array;
}

template <class T>
py::array_t<T> view_of(const py::object& owner, const std::vector<T>& values) {
    return view_of(owner, values, {static_cast<py::ssize_t>(values.size())});
}

const GraphBatch& batch_in(const py::object& self) {
    return self.cast<const GraphBatch&>();
}

py::array_t<float> nodes_of(const py::object& self) {
    const GraphBatch& batch = batch_in(self);
    return view_of(
        self, batch.nodes,
        {static_cast<py::ssize_t>(batch.node_count()), static_cast<py::ssize_t>(batch.features())});
}

Integers edges_of(const py::object& self) {
    const GraphBatch& batch = batch_in(self);
    return view_of(self, batch.edges, {2, static_cast<py::ssize_t>(batch.edge_count())});
}

py::list node_names_of(const GraphBatch& batch) {
    std::vector<py::str> texts(batch.names.begin(), batch.names.end());
    py::list names(batch.node_count());
    for (std::size_t i = 0; i < batch.node_count(); ++i)
        names[i] = texts[static_cast<std::size_t>(batch.name_of[i])];
    return names;
}

std::size_t checked_graph(const GraphBatch& batch, py::ssize_t i) {
    const auto count = static_cast<py::ssize_t>(batch.graphs());
    if (i < -count || i >= count)
        throw py::index_error(message("graph ", i, " of ", count));
    return static_cast<std::size_t>(i < 0 ? i + count : i);
}

py::array_t<float> adjacency(const GraphBatch& batch, py::ssize_t i) {
    const std::size_t u = checked_graph(batch, i);
    const auto width = static_cast<py::ssize_t>(batch.width(u));
    py::array_t<float> matrix({width, width});
    std::fill_n(matrix.mutable_data(), matrix.size(), 0.0F);
    auto cells = matrix.mutable_unchecked<2>();
    for (auto e = static_cast<std::size_t>(batch.edge_offsets[u]);
         e < static_cast<std::size_t>(batch.edge_offsets[u + 1]); ++e) {
        cells(batch.sources()[e] - batch.offsets[u], batch.targets()[e] - batch.offsets[u]) = 1.0F;
    }
    return matrix;
}

/// The graphs of that number, slice or vector of numbers, each as a network of its own.
GraphBatch graphs_at(const GraphBatch& batch, const py::object& key) {
    std::vector<std::size_t> chosen;
    if (py::isinstance<py::slice>(key)) {
        py::ssize_t start = 0;
        py::ssize_t stop = 0;
        py::ssize_t step = 0;
        py::ssize_t length = 0;
        if (!key.cast<py::slice>().compute(static_cast<py::ssize_t>(batch.graphs()), &start, &stop,
                                           &step, &length))
            throw py::error_already_set();
        for (py::ssize_t i = 0; i < length; ++i, start += step)
            chosen.push_back(static_cast<std::size_t>(start));
    } else if (PyIndex_Check(key.ptr()) != 0 && !py::isinstance<py::array>(key)) {
        chosen.push_back(checked_graph(batch, key.cast<py::ssize_t>()));
    } else {
        for (const std::int64_t i : whole_numbers<std::int64_t>(py::array(key), "graphs"))
            chosen.push_back(checked_graph(batch, static_cast<py::ssize_t>(i)));
    }
    return pick(batch, chosen);
}

GraphBatch select_networks(const GraphBatch& batch, const py::object& networks) {
    return select(batch, whole_numbers<std::size_t>(py::array(networks), "networks"));
}

py::tuple state_of(const py::object& self) {
    const GraphBatch& batch = batch_in(self);
    return py::make_tuple(nodes_of(self), edges_of(self), view_of(self, batch.offsets),
                          view_of(self, batch.index), batch.feature_names, node_names_of(batch));
}

GraphBatch of_state(const py::tuple& state) {
    return graph_arrays(state[0], state[1], state[2], state[3],
                        state[4].cast<std::vector<std::string>>(),
                        state[5].cast<std::vector<std::string>>());
}

GraphBatch graphs_of(const SharedSpace& space, const py::object& given, const std::string& level,
                     int threads) {
    const py::object holder = as_architectures(space, given);
    const auto& archs = holder.cast<const Architectures&>();
    const Cancellable cancellable;
    return space_graphs(archs, level, threads);
}

GraphBatch batch_of_graphs(const py::iterable& given) {
    const py::list kept(given);  // a generator's graphs would go
    std::vector<const OpGraph*> graphs;
    for (const py::handle item : kept) {
        if (!py::isinstance<OpGraph>(item))
            throw ConfigError(
                message("graph batch: op graphs expected, got ", Py_TYPE(item.ptr())->tp_name));
        graphs.push_back(item.cast<const OpGraph*>());
    }
    const Cancellable cancellable;
    return graph_batch(graphs);
}

void bind_batch(py::class_<GraphBatch, SharedBatch>& cls) {
    cls.def_static(
           "from_arrays", &graph_arrays, py::arg("nodes"), py::arg("edges"), py::arg("offsets"),
           py::arg("index") = py::none(), py::kw_only(), py::arg("feature_names") = py::none(),
           py::arg("node_names") = py::none(),
           "A batch from arrays: nodes M x F float32, edges 2 x E int64 (row 0 feeds row 1), "
           "offsets\n"
           "U + 1 int64 (graph u has the nodes from offsets[u] to offsets[u + 1]), index N int64\n"
           "(the graph of each network; each graph is one where None). Edges are put in order.\n\n"
           "Raises ConfigError for another type or shape; DataError for a node that is not "
           "finite,\n"
           "offsets that do not ascend, an edge out of range, across graphs or there twice, a "
           "cycle,\n"
           "an index that no graph has.")
        .def("__len__", &GraphBatch::graphs)
        .def(
            "__eq__", [](const GraphBatch& a, const GraphBatch& b) { return a == b; },
            py::is_operator())
        .def("__getitem__", &graphs_at, py::arg("key"),
             "The graphs of that number, slice or vector of numbers, each as one network.")
        .def("select", &select_networks, py::arg("networks"),
             "The batch of these networks, numbers below N.")
        .def("adjacency", &adjacency, py::arg("graph"),
             "V x V float32 of graph number `graph`: [a, b] is 1 where node a feeds node b.")
        .def("__repr__",
             [](const GraphBatch& batch) {
                 return message("GraphBatch(", batch.graphs(), " graphs of ", batch.networks(),
                                " networks: ", batch.node_count(), " nodes of ", batch.features(),
                                " features, ", batch.edge_count(), " edges)");
             })
        .def("__copy__", [](const SharedBatch& batch) { return batch; })
        .def("__deepcopy__",
             [](const SharedBatch& batch, const py::dict& /*memo*/) { return batch; })
        .def(py::pickle(&state_of, &of_state));
    cls.attr("__hash__") = py::none();
}

void bind_arrays(py::class_<GraphBatch, SharedBatch>& cls) {
    cls.def_property_readonly("nodes", &nodes_of, "M x F float32: the features of all nodes.")
        .def_property_readonly("edges", &edges_of,
                               "2 x E int64: node edges[0, e] feeds node edges[1, e]; numbers of\n"
                               "nodes in the whole batch, ascending by target, then source.")
        .def_property_readonly(
            "offsets", [](const py::object& self) { return view_of(self, batch_in(self).offsets); },
            "U + 1 int64: graph u has the nodes from offsets[u] to offsets[u + 1].")
        .def_property_readonly(
            "index", [](const py::object& self) { return view_of(self, batch_in(self).index); },
            "N int64: the graph of each network.")
        .def_readonly("feature_names", &GraphBatch::feature_names, "The F features of a node.")
        .def_property_readonly("node_names", &node_names_of,
                               "M names, e.g. 'u2.l1.depthwise' or 'u2.l1'; of the first network\n"
                               "that has the graph.");
}

}  // namespace

void bind_graph_batches(py::module_& m, py::object& space) {
    py::class_<GraphBatch, SharedBatch> cls(
        m, "GraphBatch", R"(Networks as graphs for models: U different graphs of N networks.

`len` counts graphs. All arrays are read-only views; equal graphs of different networks are there
once, and `index` says which graph a network has. `Space.graphs`, `graphs.graph_batch` and
`from_arrays` make batches.

Example:
    >>> batch = space.graphs(archs, level="places")
    >>> len(batch.node_names) == len(batch.nodes), len(batch.index) == len(archs)
    (True, True))");
    bind_batch(cls);
    bind_arrays(cls);
    // Beside the builder of op graphs, where users look for it.
    auto graphs = py::reinterpret_steal<py::module_>(
        PyImport_GetModule(py::type::of<OpGraph>().attr("__module__").ptr()));
    graphs.def(
        "graph_batch", &batch_of_graphs, py::arg("graphs"),
        R"(Op graphs as a GraphBatch, at the level "operators" of `Space.graphs`; equal graphs are there once.

Raises ConfigError for a graph without operators.

Example:
    >>> cell = lp.space("nas-bench-201").sample(1, seed=0)
    >>> batch = lp.graphs.graph_batch([cell.graph(), cell.graph()])
    >>> len(batch), batch.index.tolist(), batch == batch.select([1, 0])
    (1, [0, 0], True))");
    add_method(
        space, "graphs", &graphs_of, py::arg("archs"), py::arg("level") = "operators",
        py::kw_only(), py::arg("threads") = 1,
        "N architectures as graphs without cycles: a GraphBatch in which equal graphs are there "
        "once.\n\n"
        "At the level 'operators' a node is an operator in execution order, with its kind one-hot\n"
        "and ln(1 + x) of its shapes, MACs, parameters and bytes. At the level 'places' it is a\n"
        "place of the space that the network has, with the choices of its genes and of the "
        "settings one-hot and\n"
        "ln(1 + x) of shapes and sums over its operators; a place is cut where a cycle would\n"
        "close ('fixed' is the stem, 'fixed.2' the head), and of a cell that repeats there is\n"
        "one, with the sums over all. No feature depends on other networks.\n\n"
        "Networks that were asked for lately are remembered, in a bounded number of bytes.\n"
        "Raises ConfigError for an unknown level.");
    add_method(
        space, "graph_features",
        [](const SharedSpace& s, const std::string& level) {
            return graph_feature_names(*s, level);
        },
        py::arg("level") = "operators",
        "The F features of the nodes of `graphs`, e.g. 'kind=conv' or 'log_macs'.");
}

}  // namespace latpred::bindings
