// Methods of fine-tuning that change layers of a perceptron.
#include "neural/tuning_methods.hpp"

#include "base/error.hpp"
#include "neural/mlp_tuning.hpp"
#include "predictors/rehouse.hpp"
#include "transfer/fine_tuning.hpp"

namespace latpred {
namespace {

constexpr std::size_t network_rows = 100;  ///< from which "auto" tries "network" too

/// Fits by one method; made for one source only, so its settings are those of FineTuneFitter.
class MlpTuningFitter final : public Fitter {
  public:
    using Tune = PredictorPtr (*)(const MlpObjective& source, const TuningRows& rows,
                                  const ModelInfo& info, const FineTuneOptions& options,
                                  const FitContext& context);

    MlpTuningFitter(std::string method, const SourcePtr& source, FineTuneOptions options, Tune tune)
        : source_(std::dynamic_pointer_cast<const MlpObjective>(source)), tune_(tune),
          options_(std::move(options)) {
        options_.method = std::move(method);
        if (!source_)
            throw ConfigError("fine-tuning: a perceptron as source expected");
    }

    [[nodiscard]] std::string kind() const override { return "fine-tuned"; }
    [[nodiscard]] std::string settings() const override {
        return FineTuneFitter(source_, options_).settings();
    }

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows,
                                        const FitContext& context) const override {
        const TuningRows own{as_rows_of(source_->space(), rows.archs, "source model"), rows.values};
        return tune_(*source_, own, fitted_info("mlp", rows.archs, rows.values, ""), options_,
                     context);
    }

  private:
    std::shared_ptr<const MlpObjective> source_;
    Tune tune_;
    FineTuneOptions options_;
};

PredictorPtr last_layer(const MlpObjective& source, const TuningRows& rows, const ModelInfo& info,
                        const FineTuneOptions& /*options*/, const FitContext& context) {
    return tune_last_layer(source, rows, info, context.watch());
}

PredictorPtr network(const MlpObjective& source, const TuningRows& rows, const ModelInfo& info,
                     const FineTuneOptions& options, const FitContext& context) {
    return tune_network(source, rows, info, {options.network, context.seed}, context.watch());
}

PredictorPtr legacy(const MlpObjective& source, const TuningRows& rows, const ModelInfo& info,
                    const FineTuneOptions& options, const FitContext& context) {
    return tune_legacy(source, rows, info, {options.legacy, context.seed}, context.watch());
}

const char* refuses(const Predictor& source) {
    const bool perceptron = dynamic_cast<const MlpObjective*>(&source) != nullptr;
    return perceptron ? nullptr : "changes layers of a perceptron";
}

}  // namespace

void register_mlp_tuning() {
    register_tuning_method(
        {"last-layer", 0, true, refuses,
         [](const SourcePtr& source, const FineTuneOptions& options, bool) -> FitterPtr {
             return std::make_shared<MlpTuningFitter>("last-layer", source, options, last_layer);
         }});
    register_tuning_method(
        {"network", network_rows, true, refuses,
         [](const SourcePtr& source, const FineTuneOptions& options, bool) -> FitterPtr {
             return std::make_shared<MlpTuningFitter>("network", source, options, network);
         }});
    register_tuning_method(
        {"legacy", TuningMethod::never, true, refuses,
         [](const SourcePtr& source, const FineTuneOptions& options, bool) -> FitterPtr {
             return std::make_shared<MlpTuningFitter>("legacy", source, options, legacy);
         }});
}

}  // namespace latpred
