// The objective: all that search and profiling know of predictors, tables and meters.
#pragma once

#include <span>
#include <string>

#include "spaces/architectures.hpp"

namespace latpred {

/// Batch of architectures -> one value each.
class Objective {
  public:
    Objective() = default;
    Objective(const Objective&) = delete;
    Objective& operator=(const Objective&) = delete;
    virtual ~Objective() = default;

    /// Writes one value for each of the N architectures; `values` has N places.
    virtual void evaluate(const Architectures& archs, std::span<double> values) const = 0;
};

}  // namespace latpred
