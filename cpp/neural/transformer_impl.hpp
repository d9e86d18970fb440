// Layers of a transformer that looks along given ways only.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "neural/tensor_block_impl.hpp"

namespace latpred {

struct TransformerShape {
    std::int64_t layers = 0, width = 0, heads = 0, hidden = 0;
};

/// Zeros and factors by numbers of a stream of their own; nothing where `rate` is 0.
class Dropper {
  public:
    Dropper(double rate, std::uint64_t stream);
    static Dropper none() { return {0, 0}; }
    at::Tensor operator()(const at::Tensor& x) const;

  private:
    double rate_;
    at::Generator random_;
};

void add_layer_norm(std::vector<LayerTensor>& tensors, const std::string& prefix,
                    std::int64_t width);
at::Tensor layer_normed(TensorReader& reader, const at::Tensor& x);

void add_transformer(std::vector<LayerTensor>& tensors, const std::string& prefix,
                     const TransformerShape& shape);

/// x: B x L x width. `bias`: B x 1 x L x L (or B x 1 x 1 x L), added to the scores of attention:
/// minus infinity where a row must not look at a column. As PyTorch's TransformerEncoder with norms
/// first, GELU and a norm behind the last layer, but for dropout within attention.
at::Tensor transformed(TensorReader& reader, at::Tensor x, const at::Tensor& bias,
                       const TransformerShape& shape, const Dropper& drop);

/// 0 where `seen` is 1, minus infinity where it is 0.
at::Tensor attention_bias(const at::Tensor& seen);

}  // namespace latpred
