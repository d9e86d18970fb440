// Values of a metric, with errors that name the metric and the network.
#pragma once

#include <span>
#include <string>

#include "spaces/objective.hpp"

namespace latpred {

/// Asks the objective for N values. DataError for a value that is not finite, naming the metric and
/// the network; what the objective itself finds wrong with its numbers gets the metric's name too.
void metric_values(const std::string& metric, const Objective& objective,
                   const Architectures& archs, std::span<double> values);

}  // namespace latpred
