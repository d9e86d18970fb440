#include "neural/mlp_fitter.hpp"

#include "neural/training_settings.hpp"

namespace latpred {
namespace {

/// Those of latpred.MlpPredictor.
MlpSettings usual_settings() {
    MlpSettings settings;
    settings.optimizer.learning_rate = 2e-3;
    settings.optimizer.weight_decay = 0.3;
    settings.schedule.warmup = 0.05;
    settings.loop.epochs = 60;
    return settings;
}

/// Passes every setting by name to `visit`, to be read or written.
template <class Settings, class Visit>
void for_each_mlp_setting(Settings& s, Visit&& visit) {
    visit("hidden", s.hidden);
    visit("encoding", s.encoding);
    for_each_training_setting(s, visit);
}

}  // namespace

std::string MlpFitter::settings() const {
    FitterSettings text(kind());
    for_each_mlp_setting(settings_,
                         [&text](const char* name, const auto& value) { text.put(name, value); });
    return text.text();
}

PredictorPtr MlpFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    MlpSettings settings = settings_;
    settings.loop.seed = context.seed;
    MlpTraining training({rows.archs, {rows.values.begin(), rows.values.end()}}, std::nullopt,
                         std::move(settings), context.watch());
    while (training.run_epoch(context.watch())) {
    }
    return training.model(fitted_info(kind(), rows.archs, rows.values, ""));
}

FitterPtr make_mlp_fitter(FitterSettings& settings) {
    MlpSettings found = usual_settings();
    for_each_mlp_setting(found, SettingReader{settings});
    return std::make_shared<MlpFitter>(std::move(found));
}

}  // namespace latpred
