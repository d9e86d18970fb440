// The places of a network as the nodes of a graph without cycles.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "graphs/op_graph.hpp"
#include "spaces/place_map.hpp"

namespace latpred {

/// A place, or a part of one: of "fixed", the stem and the head are two pieces. Edges between
/// pieces lead from lower to higher numbers, so they close no cycle.
///
/// An operator joins the last piece of its place if what it reads lies in no later piece, else it
/// begins a new one. A cell that repeats (a place whose operators are in several units) counts
/// once: its pieces hold the operators of all repetitions, edges are those of the first one, and
/// what no gene decides is a piece before the first cell and one behind it.
struct PlacePieces {
    std::vector<std::size_t> place;  ///< of each piece
    std::vector<int> piece;          ///< of each operator; -1: the input
    std::vector<bool> repeats;       ///< whether the operator repeats one of the first cell
    /// (target, source), ascending, each once.
    std::vector<std::pair<std::int32_t, std::int32_t>> edges;
};

/// ConfigError where the map does not know an operator.
PlacePieces pieces_of(const OpGraph& graph, const PlaceMap& map);

}  // namespace latpred
