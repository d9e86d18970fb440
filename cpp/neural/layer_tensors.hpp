// Dense layers as the tensors of a model file.
#pragma once

#include <vector>

#include "base/safetensors.hpp"
#include "neural/mlp.hpp"

namespace latpred {

/// Adds "layer0.weight", "layer0.bias", ….
void store_layers(TensorFile& file, const std::vector<DenseLayer>& layers);

/// Those that the file has, up to the first number that is missing; their sizes are not checked
/// (`check_layers`). CorruptionError for a weight without bias.
std::vector<DenseLayer> load_layers(const TensorFile& file);

}  // namespace latpred
