// The space of a model in its file.
#pragma once

#include "base/safetensors.hpp"
#include "spaces/space.hpp"

namespace latpred {

/// Family, options or definition, and a hash of what the genes mean. Restrictions are not kept.
void store_space(TensorFile& file, const Space& space);

/// CorruptionError; SchemaError where this build's space has other genes.
SpacePtr load_space(const TensorFile& file);

}  // namespace latpred
