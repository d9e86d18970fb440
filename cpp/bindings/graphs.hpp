// What the binding files of the room graphs share.
#pragma once

#include "bindings/bindings.hpp"
#include "graphs/graph_builder.hpp"

namespace latpred::bindings {

/// ConfigError for an unknown name.
Activation activation_named(const std::string& name);

/// Whole blocks as methods of the builder.
void bind_blocks(py::class_<GraphBuilder>& cls);

}  // namespace latpred::bindings
