// Settings of networks over devices by name, to be read from and written to those of fitters.
#pragma once

#include <string>

#include "neural/device_network_fitter.hpp"
#include "neural/training_settings.hpp"

namespace latpred {

template <class Stage, class Visit>
void for_each_stage_setting(Stage& s, const std::string& prefix, Visit&& visit) {
    visit((prefix + "epochs").c_str(), s.epochs);
    visit((prefix + "batch_size").c_str(), s.batch_size);
    visit((prefix + "learning_rate").c_str(), s.learning_rate);
    visit((prefix + "least_rate").c_str(), s.least_rate);
    visit((prefix + "weight_decay").c_str(), s.weight_decay);
    visit((prefix + "clip_norm").c_str(), s.clip_norm);
    visit((prefix + "skip_single").c_str(), s.skip_single);
}

/// Passes what every model over devices has to `visit`: "epochs", … of the sources' training,
/// "transfer_epochs", … of the target's.
template <class Use, class Loss, class Visit>
void for_each_network_setting(Use& use, Loss& loss, Visit&& visit) {
    for_each_stage_setting(use.learning, "", visit);
    for_each_stage_setting(use.adapting, "transfer_", visit);
    visit("scale", use.scale);
    visit("nearest", use.nearest);
    visit("source_networks", use.source_networks);
    visit("folds", use.folds);
    visit("sampler", use.sampler);
    visit("pairs", loss.pairs);
    visit("margin", loss.margin);
    visit("across_devices", loss.across);
    visit("pairs_a_row", loss.pairs_a_row);
    visit("errors", loss.errors);
    visit("error", loss.error);
    visit("beta", loss.beta);
    visit("summed", loss.summed);
}

/// Writes each setting.
struct SettingWriter {
    FitterSettings& to;

    template <class T>
    void operator()(const char* name, const T& value) const {
        to.put(name, value);
    }
};

/// A name and a hash of the numbers for the settings' text; empty for null. What a text with one is
/// read by must be given the features beside it.
std::string features_mark(const NetworkFeaturesPtr& features);

/// ConfigError unless the features are those that settings name.
void check_features_mark(const std::string& mark, const NetworkFeaturesPtr& features);

}  // namespace latpred
