// The network of Arch2Vec with its weights.
#pragma once

#include "neural/graph_autoencoder_impl.hpp"
#include "neural/tensor_block_impl.hpp"

namespace latpred {

struct Arch2Vec::Network {
    Arch2VecSettings settings;
    GraphAutoencoder layers;
    TensorBlock block;
    MemoryPool pool;

    Network(Arch2VecSettings given, GraphAutoencoder made)
        : settings(std::move(given)), layers(std::move(made)), block(layers.tensors()) {}
    Network(Arch2VecSettings given, GraphAutoencoder made, TensorBlock read)
        : settings(std::move(given)), layers(std::move(made)), block(std::move(read)) {}
};

}  // namespace latpred
