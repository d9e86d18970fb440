// Kinds of models and fitters by name: what a model file or settings text is made again by.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "predictors/fitter.hpp"

namespace latpred {

class FitterSettings;

/// Makes a predictor again from its space, info and file.
using PredictorLoader = PredictorPtr (*)(const SpacePtr&, const ModelInfo&, const TensorFile&);
/// Makes a fitter from its settings; reads all of them, `FitterSettings::finish` follows.
using FitterMaker = std::function<FitterPtr(FitterSettings&)>;
using DeviceFitterMaker = std::function<DeviceFitterPtr(FitterSettings&)>;

/// Registers the kinds of this room. Each room above has a function of its own; whoever uses the
/// registry calls them once, before other threads start (self-registration in static libraries is
/// dropped by linkers).
void register_core();

void register_predictor(const std::string& kind, PredictorLoader loader);
void register_fitter(const std::string& kind, FitterMaker maker);
void register_device_fitter(const std::string& kind, DeviceFitterMaker maker);

/// Null where this build has no such kind.
[[nodiscard]] PredictorLoader find_loader(const std::string& kind);
[[nodiscard]] bool has_fitter(const std::string& kind);
/// Sorted.
[[nodiscard]] std::vector<std::string> fitter_kinds();

/// From `Fitter::settings`. ConfigError for what is no JSON object with a "kind", an unknown kind
/// or setting, or a value of another type; as `predictor_from_bytes` for a model in it.
[[nodiscard]] FitterPtr fitter_from_settings(std::string_view text);
/// From `DeviceFitter::settings`; throws alike.
[[nodiscard]] DeviceFitterPtr device_fitter_from_settings(std::string_view text);

}  // namespace latpred
