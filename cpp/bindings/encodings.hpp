// What the binding files of the room encodings share.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/spaces.hpp"
#include "encodings/graph_batch.hpp"

namespace latpred::bindings {

/// `given` where it is a batch of this family already, else what the space makes of it.
py::object as_architectures(const SharedSpace& space, const py::object& given);

/// Adds a method to a class that another room bound.
template <class Function, class... Extra>
void add_method(py::object& cls, const char* name, Function&& function, const Extra&... extra) {
    cls.attr(name) =
        py::cpp_function(std::forward<Function>(function), py::name(name), py::is_method(cls),
                         py::sibling(py::getattr(cls, name, py::none())), extra...);
}

using Texts = std::optional<std::vector<std::string>>;

/// The checked batch of nodes (M x F float32), edges (2 x E int64), offsets (U + 1 int64) and index
/// (N int64, or None: each graph is one network). ConfigError for another type or shape.
GraphBatch graph_arrays(const py::object& nodes, const py::object& edges, const py::object& offsets,
                        const py::object& index, const Texts& feature_names,
                        const Texts& node_names);

/// Graphs, and the methods of `space` that make them.
void bind_graph_batches(py::module_& m, py::object& space);

}  // namespace latpred::bindings
