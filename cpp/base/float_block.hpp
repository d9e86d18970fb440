// Floats in aligned memory, as the kernels of base/dense_kernels.hpp want them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace latpred {

/// Zeroed floats that begin at a multiple of 64 bytes. Movable, not copyable.
class FloatBlock {
  public:
    explicit FloatBlock(std::size_t size = 0);

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] float* data() const { return values_.get(); }
    [[nodiscard]] std::span<float> span() const { return {data(), size_}; }

  private:
    struct Free {
        void operator()(float* values) const;
    };
    std::unique_ptr<float, Free> values_;
    std::size_t size_;
};

}  // namespace latpred
