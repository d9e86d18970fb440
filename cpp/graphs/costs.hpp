// What an op graph costs, by counting.
#pragma once

#include <cstdint>

#include "graphs/op_graph.hpp"

namespace latpred {

/// For one image in float32.
///
/// macs: multiply-accumulates of convolutions and linear layers (squeeze-and-excite included), as
/// OFA counts them, and of products of two values, as in attention. params: weights, biases, scale
/// and shift of norms, embeddings and other learnt numbers. bytes: read and written by the fused
/// kernels, weights included (of an embedding at most a row a token). peak_bytes: largest sum of
/// live activations when each is freed after its last use. kernels: fused kernels.
struct Costs {
    std::int64_t macs = 0;
    std::int64_t params = 0;
    std::int64_t bytes = 0;
    std::int64_t peak_bytes = 0;
    std::int64_t kernels = 0;
};

/// ConfigError where a count overflows, here and below.
std::int64_t macs_of(const OpGraph& graph, const Op& op);
std::int64_t params_of(const OpGraph& graph, const Op& op);
/// Parameters that one pass reads.
std::int64_t weights_read_of(const OpGraph& graph, const Op& op);
/// Output features of a linear layer.
int features_of(const OpGraph& graph, const Op& op);
/// Values that a layer norm takes together, each of which has a scale.
std::int64_t normalised_elements(const Op& op);
Costs costs_of(const OpGraph& graph);

}  // namespace latpred
