// What the fused kernels of an op graph write, read and keep alive.
#pragma once

#include <cstdint>
#include <vector>

#include "graphs/op_graph.hpp"

namespace latpred {

/// An operator reads a buffer that another kernel wrote.
struct BufferRead {
    int op = 0;
    int buffer = 0;
};

/// A value lives in the buffer of the kernel (group) that writes it; the input is the buffer
/// numbered `group_count`. Sizes are elements of one image.
struct Traffic {
    std::vector<std::int64_t> elements;  ///< of each buffer
    std::vector<BufferRead> reads;       ///< in execution order, once a read
    std::vector<int> last_use;           ///< last kernel that reads each buffer; -1: none
    std::vector<std::int64_t> live;      ///< while each kernel runs, freed after the last use
};

Traffic traffic_of(const OpGraph& graph);

}  // namespace latpred
