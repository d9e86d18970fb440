#include "neural/mlp_fitter.hpp"

#include "predictors/fitter_settings.hpp"

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
void for_each_setting(Settings& s, Visit&& visit) {
    visit("hidden", s.hidden);
    visit("encoding", s.encoding);
    visit("loss", s.loss.name);
    visit("beta", s.loss.beta);
    visit("margin", s.loss.margin);
    visit("optimizer", s.optimizer.name);
    visit("learning_rate", s.optimizer.learning_rate);
    visit("weight_decay", s.optimizer.weight_decay);
    visit("momentum", s.optimizer.momentum);
    visit("nesterov", s.optimizer.nesterov);
    visit("beta1", s.optimizer.beta1);
    visit("beta2", s.optimizer.beta2);
    visit("epsilon", s.optimizer.epsilon);
    visit("schedule", s.schedule.name);
    visit("warmup", s.schedule.warmup);
    visit("floor", s.schedule.floor);
    visit("step_share", s.schedule.step_share);
    visit("step_factor", s.schedule.step_factor);
    visit("peak_share", s.schedule.peak_share);
    visit("epochs", s.loop.epochs);
    visit("batch_size", s.loop.batch_size);
    visit("patience", s.loop.patience);
    visit("keep_best", s.loop.keep_best);
    visit("clip_norm", s.loop.clip_norm);
    visit("criterion", s.loop.criterion);
    visit("scale_target", s.scale_target);
    visit("validation_share", s.validation_share);
}

struct Reader {
    FitterSettings& from;

    void operator()(const char* name, double& value) const { value = from.number(name, value); }
    void operator()(const char* name, bool& value) const { value = from.flag(name, value); }
    void operator()(const char* name, std::size_t& value) const { value = from.count(name, value); }
    void operator()(const char* name, std::string& value) const { value = from.word(name, value); }
    void operator()(const char* name, std::vector<std::size_t>& value) const {
        value = from.counts(name, value);
    }
};

}  // namespace

std::string MlpFitter::settings() const {
    FitterSettings text(kind());
    for_each_setting(settings_,
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
    for_each_setting(found, Reader{settings});
    return std::make_shared<MlpFitter>(std::move(found));
}

}  // namespace latpred
