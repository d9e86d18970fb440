// Counted costs of networks as objectives: "macs", "params", "u2.macs", …
#pragma once

#include <memory>
#include <string>

#include "spaces/objective.hpp"

namespace latpred {

/// `name` is macs, params, bytes, peak_bytes or kernels as graphs/costs.hpp defines them, or, of
/// the places of unit number 2, "u2.macs", "u2.params" or "u2.kernels". ConfigError for anything
/// else; evaluating throws one for a unit that the space has not. For one image; equal results in
/// any batch.
std::shared_ptr<const Objective> cost_objective(const std::string& name);

}  // namespace latpred
