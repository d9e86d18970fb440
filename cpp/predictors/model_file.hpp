// The model file `.latpred`: a safetensors file with a checksum over every byte.
#pragma once

#include <string>

#include "predictors/fitter.hpp"

namespace latpred {

/// The bytes of the file of a predictor. Kinds are those of the registry (registry.hpp).
std::string predictor_bytes(const Predictor& predictor);

/// Throws CorruptionError for any damage, ModelVersionError for another schema, SchemaError where
/// this build's space has other genes. `where` (a path) starts the messages.
PredictorPtr predictor_from_bytes(std::string_view bytes, const std::string& where);

/// StorageError beside the errors above.
void save_predictor(const Predictor& predictor, const std::string& path);
PredictorPtr load_predictor(const std::string& path);

}  // namespace latpred
