// Op graphs as operators on tensors, as PyTorch has them.
#pragma once

#include "graphs/op_graph.hpp"
#include "graphs/tensor_graph.hpp"

namespace latpred {

/// The network for a batch of images: planes are N x C x H x W, flat values N x C, types are
/// PyTorch's operators, attention is as it is written. MACs are those of the op graph times the
/// batch, parameters those of the op graph. ConfigError for a batch below 1 or an empty graph.
TensorGraph tensor_graph_of(const OpGraph& graph, int batch = 1);

}  // namespace latpred
