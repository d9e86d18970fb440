// What the kernels of a graph of tensors read.
#pragma once

#include <cstdint>
#include <vector>

#include "graphs/tensor_graph.hpp"

namespace latpred {

/// A kernel reads bytes of a tensor's memory that it has not written itself.
struct TensorRead {
    int kernel = 0;
    int base = 0;
    std::int64_t bytes = 0;
};

/// One entry for each kernel and tensor that it reads from outside, by kernel, then by tensor; of
/// constants those of several values.
std::vector<TensorRead> reads_of(const TensorGraph& graph);

}  // namespace latpred
