// Sums along the edges of graphs, on one thread, in the instruction set of
// base/instruction_set.hpp. All matrices are row-major and contiguous; a node is a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace latpred {

/// Edges grouped by the node that they lead to: those of node i from starts[i] to starts[i + 1].
struct EdgeList {
    std::vector<std::int32_t> starts{0};  ///< one more than nodes
    std::vector<std::int32_t> from;
    std::vector<float> weights;

    [[nodiscard]] std::size_t nodes() const { return starts.size() - 1; }
};

/// out (nodes x width) = for each node the weighted sum of the rows of x that lead to it.
void sum_edges(const EdgeList& edges, const float* x, float* out, std::size_t width);

/// Attention along edges as NASFLAT's: the score of an edge j -> i is its weight times
/// leaky(sum over c of a[c] k[i][c] k[j][c] / sqrt(width)), its share the softmax over the edges
/// that lead to i; out[i] = the shares' sum of k[j], 0 where none leads to i. Edges of weight 0
/// between nodes that are not joined give the leak of the published code.
struct EdgeAttention {
    const EdgeList& edges;
    const float* k;  ///< nodes x width
    const float* a;  ///< width
    std::size_t width;
    float slope;  ///< of leaky below 0
};
/// Writes `shares` and `leaks` (slope of leaky over sqrt(width)) of each edge, and out.
void attend(const EdgeAttention& attention, float* shares, float* leaks, float* out);

/// d loss / d k (written) and d loss / d a (written) from `slopes` = d loss / d out.
void attend_backward(const EdgeAttention& attention, const float* shares, const float* leaks,
                     const float* slopes, float* k_slopes, float* a_slopes);

}  // namespace latpred
