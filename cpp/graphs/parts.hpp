// Parts of an op graph as graphs of their own: to measure a block alone, or to name it by shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

/// How finely a network is cut: blocks (a place of the space; outside units a named layer with what
/// follows it), or the layers within blocks ("depthwise" with its batch norm and activation).
enum class PartSize : std::uint8_t { block, layer };

/// ConfigError for another name than "block" or "layer".
PartSize part_size(std::string_view name);

/// Operators begin <= i < end of a graph.
struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string place;  ///< "u2.l1", "Conv_1"-like names outside units, "u2.l1.depthwise" by layer
};

/// The place of an operator: what has the same place, one after the other, is a part.
std::string place_of(const Op& op, PartSize size);

/// The parts in execution order, without the input and without parts that run no kernel. A place
/// met again gets a number, so places are unique in a graph.
std::vector<Part> parts_of(const OpGraph& graph, PartSize size);

/// The part with an input of its own, and with the parameters that it reads. Values of equal shape
/// that it reads from outside become that one input, which changes no cost. ConfigError where their
/// shapes differ.
OpGraph part_graph(const OpGraph& graph, const Part& part);

/// Text of all that the cost of a network depends on: shapes, windows, kinds, how operators are
/// joined; not places, names or weights. Equal parts have equal keys.
std::string graph_key(const OpGraph& graph);

}  // namespace latpred
