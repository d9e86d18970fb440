// The model file `.latpred`: a safetensors file with a checksum over every byte.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "predictors/predictor.hpp"

namespace latpred {

using PredictorPtr = std::shared_ptr<Predictor>;

/// Makes a predictor again from its space, info and file.
using PredictorLoader = PredictorPtr (*)(const SpacePtr&, const ModelInfo&, const TensorFile&);

/// Lets `load_predictor` read models of this kind; rooms above register theirs.
void register_predictor(const std::string& kind, PredictorLoader loader);

/// The bytes of the file of a predictor.
std::string predictor_bytes(const Predictor& predictor);

/// Throws CorruptionError for any damage, ModelVersionError for another schema, SchemaError where
/// this build's space has other genes. `where` (a path) starts the messages.
PredictorPtr predictor_from_bytes(std::string_view bytes, const std::string& where);

/// StorageError beside the errors above.
void save_predictor(const Predictor& predictor, const std::string& path);
PredictorPtr load_predictor(const std::string& path);

}  // namespace latpred
