// The masked transformer over pairs of networks of CATE.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "neural/cate.hpp"
#include "neural/encoder_tensors_impl.hpp"
#include "neural/transformer_impl.hpp"

namespace latpred {

/// Nodes of each network look at themselves and at what leads to them; those of a pair then look at
/// all of both, and tell the operations that were masked.
class PairTransformer {
  public:
    /// `operations`: K; `numbers`: F.
    PairTransformer(const CateSettings& settings, std::int64_t operations, std::int64_t numbers);

    [[nodiscard]] const std::vector<LayerTensor>& tensors() const { return tensors_; }

    /// B x V x width. `tokens` (B x V): operations, K where masked.
    [[nodiscard]] at::Tensor nodes(const EncoderTensors& graphs, const at::Tensor& tokens,
                                   const at::Tensor& numbers, Tensors parameters,
                                   const Dropper& drop) const;
    /// Logarithms of probabilities (places x K) at these places of B pairs, whose graphs are first
    /// the B first ones, then the B second ones; a place is a number in B x 2V.
    [[nodiscard]] at::Tensor guesses(const EncoderTensors& graphs, const at::Tensor& nodes,
                                     const at::Tensor& places, Tensors parameters,
                                     const Dropper& drop) const;
    /// Sum over the places of the divergence from the operations, of which the share `smoothing` is
    /// spread over the others.
    [[nodiscard]] static at::Tensor loss(const at::Tensor& guesses, const at::Tensor& operations,
                                         double smoothing);
    /// Multiplications a token.
    [[nodiscard]] double macs_a_token() const;

  private:
    TransformerShape graph_, pair_;
    std::int64_t numbers_;
    std::vector<LayerTensor> tensors_;
    std::size_t first_of_pair_ = 0;  ///< tensor
};

struct Cate::Network {
    CateSettings settings;
    PairTransformer layers;
    TensorBlock block;
    MemoryPool pool;

    Network(CateSettings given, PairTransformer made)
        : settings(std::move(given)), layers(std::move(made)), block(layers.tensors()) {}
    Network(CateSettings given, PairTransformer made, TensorBlock read)
        : settings(std::move(given)), layers(std::move(made)), block(std::move(read)) {}
};

}  // namespace latpred
