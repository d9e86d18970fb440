// The variational graph auto-encoder of Arch2Vec.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "neural/arch2vec.hpp"
#include "neural/encoder_tensors_impl.hpp"
#include "neural/stack_layer_impl.hpp"
#include "neural/tensor_block_impl.hpp"

namespace latpred {

/// M nodes, those of all graphs that are there.
struct GraphPosterior {
    at::Tensor mean;           ///< M x latent
    at::Tensor log_deviation;  ///< M x latent
};

/// Perceptrons of two layers over (1 + epsilon) x + A x, batch norm and ReLU behind each; the mean
/// and the logarithm of the deviation are linear in what leaves the last. Operations are decoded by
/// a linear layer and softmax, edges by the sigmoid of scalar products.
class GraphAutoencoder {
  public:
    /// `operations`: K; `numbers`: F.
    GraphAutoencoder(const Arch2VecSettings& settings, std::int64_t operations,
                     std::int64_t numbers);

    [[nodiscard]] const std::vector<LayerTensor>& tensors() const { return tensors_; }

    /// In a training batch norm is by the batch, whose statistics go into the running ones.
    [[nodiscard]] GraphPosterior encode(const EncoderTensors& graphs, Tensors parameters,
                                        bool training) const;
    /// Logits of the operations (M x K) and edges (B x V x V) of nodes in the latent space.
    struct Decoded {
        at::Tensor operations, edges;
    };
    [[nodiscard]] Decoded decode(const EncoderTensors& graphs, const at::Tensor& latent,
                                 Tensors parameters) const;
    /// Binary cross-entropy of the operations and of the edges above the diagonal, each in the mean
    /// over all places, and the divergence from the standard normal, divided by the places twice.
    [[nodiscard]] at::Tensor loss(const EncoderTensors& graphs, const GraphPosterior& posterior,
                                  const Decoded& decoded) const;
    /// B x latent: the mean over the nodes of each graph.
    [[nodiscard]] static at::Tensor pool(const EncoderTensors& graphs, const at::Tensor& nodes);

  private:
    std::int64_t operations_, hops_;
    std::vector<LayerTensor> tensors_;
};

}  // namespace latpred
