// Looking up methods of fine-tuning.
#pragma once

#include <string>
#include <vector>

#include "transfer/fine_tuning.hpp"

namespace latpred {

/// Null where there is none of that name.
const TuningMethod* find_tuning_method(const std::string& name);

/// What "auto" tries with so many rows, the usual one first.
std::vector<const TuningMethod*> auto_methods(const Predictor& source, std::size_t rows);

}  // namespace latpred
