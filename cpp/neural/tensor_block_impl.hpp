// Named tensors that a training changes, in the training room's one block.
#pragma once

#include <ATen/ATen.h>

#include <span>
#include <string>
#include <vector>

#include "base/safetensors.hpp"
#include "neural/stack_layer_impl.hpp"
#include "training/memory_pool_impl.hpp"
#include "training/parameters.hpp"
#include "training/torch_guard_impl.hpp"

namespace latpred {

class TensorBlock {
  public:
    explicit TensorBlock(std::vector<LayerTensor> tensors);

    [[nodiscard]] const std::vector<LayerTensor>& tensors() const { return tensors_; }
    [[nodiscard]] const Parameters& parameters() const { return parameters_; }

    /// First values of every tensor by (seed, its name).
    void initialise(std::uint64_t seed);
    /// Each tensor as a view of `block` (as large as the parameters); with `learn` those that are
    /// learned have gradients.
    [[nodiscard]] std::vector<at::Tensor> views(std::span<const float> block, bool learn) const;
    /// The same of the parameters.
    [[nodiscard]] std::vector<at::Tensor> views(bool learn) const {
        return views(parameters_.values(), learn);
    }
    /// Writes tensors (undefined: zeros) into a block.
    void scatter(const std::vector<at::Tensor>& tensors, std::span<float> block) const;
    /// Adds gradients (undefined: zeros) to those of the parameters.
    void add_gradients(const std::vector<at::Tensor>& gradients) const;

    /// A tensor a parameter, F32, their names behind `prefix`.
    void store(TensorFile& file, const std::string& prefix) const;
    /// CorruptionError where one is missing, of another shape or not finite.
    static TensorBlock load(std::vector<LayerTensor> tensors, const TensorFile& file,
                            const std::string& prefix);

  private:
    std::vector<LayerTensor> tensors_;
    Parameters parameters_;
};

/// Slopes of y by those of `parameters` that have gradients; undefined for the rest, and where y
/// does not depend on one. `again`: the slopes can be differentiated themselves.
std::vector<at::Tensor> slopes_by(const std::vector<at::Tensor>& parameters, const at::Tensor& y,
                                  const std::vector<at::Tensor>& slopes = {}, bool again = false);

/// Runs a body on one thread, with memory of the pool, denormals flushed, and errors in one line.
template <class Body>
auto computed_alone(const MemoryPool& pool, const char* where, const Body& body) {
    const PoolGuard pooled(pool);
    const ThreadGuard one_thread(1);
    const FlushDenormals flush;
    return with_plain_errors(where, body);
}

/// Hands out tensors in the order in which a network named them.
class TensorReader {
  public:
    explicit TensorReader(Tensors tensors) : tensors_(tensors) {}
    const at::Tensor& next() { return tensors_[next_++]; }
    /// x W^T + b of an `add_linear`.
    at::Tensor linear(const at::Tensor& x) {
        const at::Tensor& weight = next();
        return at::linear(x, weight, next());
    }

  private:
    Tensors tensors_;
    std::size_t next_ = 0;
};

}  // namespace latpred
