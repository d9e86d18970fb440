// The NAS-Bench-201 cell (Dong & Yang, ICLR 2020): a graph that is no chain.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "graphs/graph_builder.hpp"

namespace latpred {

/// Operations of an edge in their official order.
inline constexpr std::array<std::string_view, 5> cell_operations{
    "none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"};

inline constexpr std::size_t cell_edges = 6;

/// Node j sums the edges from all nodes i < j; edges in the order (0,1) | (0,2) (1,2) |
/// (0,3) (1,3) (2,3), each an index into `cell_operations`. Keeps channels and size.
int cell(GraphBuilder& g, int from, std::span<const std::int16_t> edges);

/// ReLU, convolution without bias, batch norm; `part` names the convolution.
int relu_conv_bn(GraphBuilder& g, int from, int channels, const Window& window,
                 const std::string& part);

/// Halves the size: two 3x3 convolutions beside 2x2 average pool and 1x1 convolution.
int reduction_block(GraphBuilder& g, int from, int channels);

}  // namespace latpred
