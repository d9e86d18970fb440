#include "transfer/registry.hpp"

#include "base/error.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/registry.hpp"
#include "transfer/few_shot.hpp"
#include "transfer/few_shot_model.hpp"
#include "transfer/fine_tuned.hpp"
#include "transfer/fine_tuning.hpp"

namespace latpred {
namespace {

NetworkTuning network_of(FitterSettings& settings, const std::string& prefix, NetworkTuning found) {
    found.epochs = settings.count((prefix + "epochs").c_str(), found.epochs);
    found.batch_size = settings.count((prefix + "batch_size").c_str(), found.batch_size);
    found.learning_rate = settings.number((prefix + "learning_rate").c_str(), found.learning_rate);
    found.patience = settings.count((prefix + "patience").c_str(), found.patience);
    return found;
}

FineTuneOptions options_of(FitterSettings& settings) {
    FineTuneOptions options;
    options.method = settings.word("method", options.method);
    options.network = network_of(settings, "network_", options.network);
    options.legacy = network_of(settings, "legacy_", options.legacy);
    return options;
}

}  // namespace

void register_transfer() {
    register_predictor("fine-tuned", &load_fine_tuned);
    register_predictor("few-shot", &load_few_shot);
    register_device_fitter("few-shot", [](FitterSettings& settings) {
        return std::make_shared<FewShotFitter>(settings.word("method", "best"));
    });
    register_fitter("fine-tuned", [](FitterSettings& settings) {
        FineTuneOptions options = options_of(settings);
        return std::make_shared<FineTuneFitter>(settings.model("source"), std::move(options));
    });
    register_device_fitter("fine-tuned", [](FitterSettings& settings) {
        FineTuneOptions options = options_of(settings);
        std::vector<FitterPtr> base = settings.fitters("base");
        if (base.size() != 1)
            throw ConfigError("fitter 'fine-tuned': one base expected");
        return std::make_shared<FineTuneDevices>(std::move(base.front()), std::move(options));
    });
}

}  // namespace latpred
