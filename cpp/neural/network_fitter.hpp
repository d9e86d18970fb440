// Predictors that are trained by NetworkTraining, as fitters.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "neural/latency_rows.hpp"
#include "neural/training_settings.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// A whole training of settings whose seed is that of the fit. `Kind` has `name`, `Settings`,
/// `Training`, and `visit(settings, visit)`, which passes each setting by name.
template <class Kind>
class NetworkFitter final : public Fitter {
  public:
    explicit NetworkFitter(typename Kind::Settings settings) : settings_(std::move(settings)) {}

    [[nodiscard]] std::string kind() const override { return Kind::name; }

    [[nodiscard]] std::string settings() const override {
        FitterSettings text(kind());
        Kind::visit(settings_,
                    [&text](const char* name, const auto& value) { text.put(name, value); });
        return text.text();
    }

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows,
                                        const FitContext& context) const override {
        const MonitorScope scope(context.watch());
        typename Kind::Settings settings = settings_;
        settings.loop.seed = context.seed;
        typename Kind::Training training({rows.archs, {rows.values.begin(), rows.values.end()}},
                                         std::nullopt, std::move(settings), context.threads);
        while (training.run_epoch(context.watch())) {
        }
        return training.model(fitted_info(kind(), rows.archs, rows.values, ""));
    }

  private:
    typename Kind::Settings settings_;
};

/// From what `settings` of such a fitter wrote; what is not there is as usual.
template <class Kind>
FitterPtr make_network_fitter(FitterSettings& settings) {
    typename Kind::Settings found;
    Kind::visit(found, SettingReader{settings});
    return std::make_shared<NetworkFitter<Kind>>(std::move(found));
}

}  // namespace latpred
