#include "base/float_block.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "base/dense_kernels.hpp"

namespace latpred {

void FloatBlock::Free::operator()(float* values) const {
    std::free(values);  // NOLINT(cppcoreguidelines-no-malloc): of aligned_alloc
}

FloatBlock::FloatBlock(std::size_t size) : size_(size) {
    const std::size_t room = std::max(padded(size), lane_floats);
    values_.reset(
        static_cast<float*>(std::aligned_alloc(lane_floats * sizeof(float), room * sizeof(float))));
    if (!values_)
        throw std::bad_alloc();
    std::fill_n(values_.get(), room, 0.0F);
}

}  // namespace latpred
