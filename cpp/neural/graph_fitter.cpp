#include "neural/graph_fitter.hpp"

#include "neural/graph_training.hpp"
#include "neural/training_settings.hpp"

namespace latpred {
namespace {

template <class Settings, class Visit>
void for_each_graph_setting(Settings& s, Visit&& visit) {
    visit("level", s.level);
    visit("layer", s.layer);
    visit("hidden", s.hidden);
    visit("head", s.head);
    visit("readout", s.readout);
    visit("dropout", s.dropout);
    for_each_training_setting(s, visit);
}

}  // namespace

std::string GraphFitter::settings() const {
    FitterSettings text(kind());
    for_each_graph_setting(settings_,
                           [&text](const char* name, const auto& value) { text.put(name, value); });
    return text.text();
}

PredictorPtr GraphFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    const MonitorScope scope(context.watch());
    GraphSettings settings = settings_;
    settings.loop.seed = context.seed;
    GraphTraining training({rows.archs, {rows.values.begin(), rows.values.end()}}, std::nullopt,
                           std::move(settings), context.threads);
    while (training.run_epoch(context.watch())) {
    }
    return training.model(fitted_info(kind(), rows.archs, rows.values, ""));
}

FitterPtr make_graph_fitter(FitterSettings& settings) {
    GraphSettings found;
    for_each_graph_setting(found, SettingReader{settings});
    return std::make_shared<GraphFitter>(std::move(found));
}

}  // namespace latpred
