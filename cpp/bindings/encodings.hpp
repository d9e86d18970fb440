// What the binding files of the room encodings share.
#pragma once

#include <utility>

#include "bindings/spaces.hpp"

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

/// Graphs, and the methods of `space` that make them.
void bind_graph_batches(py::module_& m, py::object& space);

}  // namespace latpred::bindings
