// The cells of NDS (Radosavovic et al., "On Network Design Spaces for Visual Recognition", ICCV
// 2019): nodes that add two operations each, on earlier nodes or on the two cells before.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "graphs/graph_builder.hpp"

namespace latpred {

/// What an operation of a cell does; `kernel` pixels high and wide.
enum class NdsForm : std::uint8_t {
    none,
    skip,  ///< the identity; with a stride the factorised reduction
    avg_pool,
    max_pool,
    conv,
    split_conv,    ///< 1 x k, then k x 1
    sep_conv,      ///< twice depthwise and pointwise
    dil_conv,      ///< depthwise, its taps two pixels apart, and pointwise
    dil_sep_conv,  ///< twice the same
};

struct NdsOperation {
    std::string_view name;
    NdsForm form = NdsForm::none;
    int kernel = 1;
};

/// The operation of that name, e.g. "sep_conv_3x3". ConfigError where there is none.
const NdsOperation& nds_operation(std::string_view name);

/// One operation on a value.
struct NdsEdge {
    const NdsOperation* operation = nullptr;
    int input = 0;  ///< 0 and 1: the values before the cell; 2, 3, …: its nodes
};

/// ReLU, two 1x1 convolutions of stride 2 for half of the channels each (the second one a pixel
/// further), batch norm. Halves an even size.
int factorised_reduction(GraphBuilder& g, int from, int channels, const std::string& part);

/// Layers of one cell for `GraphBuilder::place`, in order of execution.
struct NdsLayers {
    static constexpr int first_input = 0;  ///< 1x1 convolution of the cell before the last
    static constexpr int second_input = 1;
    [[nodiscard]] static constexpr int edge(int number) { return 2 + number / 2 * 3 + number % 2; }
    [[nodiscard]] static constexpr int sum(int node) { return 4 + node * 3; }
    [[nodiscard]] static constexpr int concat(int nodes) { return 2 + nodes * 3; }
};

struct NdsCell {
    int unit = 0;                    ///< of its operators
    int channels = 0;                ///< of each node
    bool reduction = false;          ///< operations on the values before it have stride 2
    bool was_reduced = false;        ///< the value before the last is twice as large as the last
    std::span<const NdsEdge> edges;  ///< two a node
    std::span<const int> joined;     ///< nodes from 2 on that make the output
};

/// The channels of the nodes `joined`, from the values of the two cells before.
int nds_cell(GraphBuilder& g, int before_last, int last, const NdsCell& cell);

}  // namespace latpred
