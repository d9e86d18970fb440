// Methods of fine-tuning that change layers of a perceptron.
#pragma once

namespace latpred {

/// "last-layer", "network", "legacy"; see mlp_tuning.hpp.
void register_mlp_tuning();

}  // namespace latpred
