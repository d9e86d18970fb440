// Models inside a model's file: a source, members, what was fine-tuned.
#pragma once

#include <string>

#include "predictors/fitter.hpp"

namespace latpred {

/// Keeps the whole file of `model` under `name`.
void put_model(TensorFile& file, const std::string& name, const Predictor& model);

/// Null where there is none; throws as `predictor_from_bytes`.
[[nodiscard]] PredictorPtr find_model(const TensorFile& file, const std::string& name);

}  // namespace latpred
