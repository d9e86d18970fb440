// The kinds of this room.
#pragma once

namespace latpred {

/// See `register_core` (predictors/registry.hpp).
void register_device_generic();

}  // namespace latpred
