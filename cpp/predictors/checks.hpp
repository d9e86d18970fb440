// Checks that all fits share.
#pragma once

#include <span>

#include "spaces/architectures.hpp"

namespace latpred {

/// DataError unless there is one positive finite value for each of at least one architecture.
void check_training_values(const Architectures& archs, std::span<const double> values);

}  // namespace latpred
