// What the binding files of the room graphs share.
#pragma once

#include "bindings/bindings.hpp"
#include "graphs/costs.hpp"
#include "graphs/graph_builder.hpp"
#include "graphs/tensor_graph.hpp"

namespace latpred::bindings {

/// The costs of a network by their names.
py::dict costs_dict(const Costs& costs);

/// Whole blocks as methods of the builder.
void bind_blocks(py::class_<GraphBuilder>& cls);

/// Operators that transformers need, and those that make planes larger.
void bind_tokens(py::class_<GraphBuilder>& cls);

/// Graphs as tables, and back.
void bind_rows(py::class_<OpGraph>& cls);

/// Networks of other tools, on tensors of any rank.
void bind_tensors(py::module_& m);

/// Those as plain values.
void bind_tensor_state(py::class_<TensorGraph>& cls);

}  // namespace latpred::bindings
