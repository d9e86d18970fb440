// Graphs of encoders as padded tensors.
#pragma once

#include <ATen/ATen.h>

#include <span>

#include "neural/encoder_graphs.hpp"

namespace latpred {

/// B graphs of at most V nodes.
struct EncoderTensors {
    at::Tensor operations;  ///< B x V, long; of no node as of unknown operations: K
    at::Tensor numbers;     ///< B x V x F
    at::Tensor adjacency;   ///< B x V x V: 1 where the row's node feeds the column's
    at::Tensor reached;     ///< B x V x V: 1 where the column's node is the row's or leads to it
    at::Tensor there;       ///< B x V: 1 where there is a node
    at::Tensor present;     ///< numbers in B x V of the nodes; undefined where all are there
    at::Tensor last;        ///< B: number in B x V of the last node

    [[nodiscard]] std::int64_t graphs() const { return operations.size(0); }
    [[nodiscard]] std::int64_t width() const { return operations.size(1); }
};

/// `absent`: K.
EncoderTensors encoder_tensors(std::span<const EncoderGraph* const> graphs, std::int64_t absent);

}  // namespace latpred
