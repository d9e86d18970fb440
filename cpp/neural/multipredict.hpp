// MultiPredict (Akhauri and Abdelfattah, arXiv:2306.02459): learned rows of devices, one network.
#pragma once

#include <string>

#include "neural/device_network_fitter.hpp"

namespace latpred {

class FitterSettings;

/// As published, but that latencies are scaled by known rows alone and all weights start from the
/// sources' for every target.
struct MultiPredictSettings {
    /// Form of DeviceInput: "published" is HELP's cells of NAS-Bench-201 and blocks of FBNet, and
    /// graphs of places for other spaces; "features" reads no networks, only what is beside.
    std::string input = "published";
    std::string layers = "multipredict";  ///< or "batch-norm": a perceptron 200, 200, 200
    DeviceLoss loss{.pairs = 0, .errors = 1, .error = "mae", .summed = true};
    DeviceNetworkUse use{.learning = {.epochs = 250,
                                      .learning_rate = 4e-4,
                                      .least_rate = 0,
                                      .weight_decay = 5e-4,
                                      .skip_single = false},
                         .adapting = {.epochs = 50,
                                      .learning_rate = 4e-4,
                                      .least_rate = 0,
                                      .weight_decay = 5e-4,
                                      .skip_single = false},
                         .scale = "min-max"};
};

/// Adds its forms to those of DeviceInput. Once, before other threads start.
void register_published_inputs();

/// From what `settings` of such a fitter wrote, and features beside (may be null).
DeviceFitterPtr make_multipredict_fitter(FitterSettings& settings,
                                         const NetworkFeaturesPtr& features);

}  // namespace latpred
