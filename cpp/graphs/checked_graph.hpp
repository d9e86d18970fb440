// Graphs from tables of operators that somebody else wrote.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

/// An operator as a row of a table says it is.
struct OpRow {
    Op op;             ///< without `part`, group and slice of inputs
    std::string name;  ///< of the operator, with its place: "u2.l1.depthwise"
    std::vector<int> inputs;
};

/// "row 3, field 'inputs'": what messages about a row begin with.
std::string row_text(std::size_t row, std::string_view field);

/// The graph of these operators, each built anew and compared with its row. ConfigError, which
/// names row and field, where an operator needs a later one (a cycle) or one that there is not,
/// where the graph does not begin with its only input, and where shapes or attributes are not those
/// of an operator of that kind.
OpGraph checked_graph(std::span<const OpRow> rows);

/// Numbers that no window has. ConfigError.
void check_window(const Window& window);

/// Vocabulary of the tokens that the graph's input holds, the least of those that read it; 0 where
/// the input holds real numbers.
int input_vocabulary(const OpGraph& graph);

}  // namespace latpred
