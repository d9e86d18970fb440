#include "transfer/fine_tuning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "selection/cross_validate.hpp"
#include "selection/watch.hpp"
#include "transfer/methods.hpp"

namespace latpred {
namespace {

constexpr std::size_t least_rows = 5;
constexpr const char* automatic = "auto";

std::size_t fold_count(std::size_t rows) {
    return rows < 10 ? rows : rows < 50 ? 10 : 5;
}

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Whether `errors` lie below `usual` by more than one standard error of the differences.
bool clearly_lower(const std::vector<double>& errors, const std::vector<double>& usual) {
    const double difference = mean_of(usual) - mean_of(errors);
    double squares = 0;
    for (std::size_t i = 0; i < errors.size(); ++i)
        squares += std::pow(usual[i] - errors[i] - difference, 2);
    const auto n = static_cast<double>(errors.size());
    return difference > std::sqrt(squares / (n * std::max(n - 1, 1.0)));
}

/// |error| of each row by models of the method that did not see it.
std::vector<double> held_out_errors(const Fitter& fitter, const Rows& rows,
                                    const std::vector<Fold>& folds, const FitContext& context) {
    std::vector<double> errors = held_out_predictions(fitter, rows, folds, context);
    for (std::size_t i = 0; i < errors.size(); ++i)
        errors[i] = std::abs(errors[i] - rows.values[i]);
    return errors;
}

void check_method(const Predictor& source, const std::string& name) {
    if (name == automatic)
        return;
    const TuningMethod* method = find_tuning_method(name);
    if (method == nullptr)
        throw ConfigError(message("fine-tuning: no method '", excerpt(name),
                                  "'; known: ", join(fine_tuning_methods()),
                                  did_you_mean(name, fine_tuning_methods())));
    if (const char* expected = method->refuses(source))
        throw ConfigError(message("fine-tuning: '", name, "' ", expected, "; the source is a ",
                                  source.info().kind, " model"));
}

void put_network(FitterSettings& settings, const std::string& prefix, const NetworkTuning& tuning) {
    settings.put((prefix + "epochs").c_str(), static_cast<std::uint64_t>(tuning.epochs))
        .put((prefix + "batch_size").c_str(), static_cast<std::uint64_t>(tuning.batch_size))
        .put((prefix + "learning_rate").c_str(), tuning.learning_rate)
        .put((prefix + "patience").c_str(), static_cast<std::uint64_t>(tuning.patience));
}

FitterSettings settings_of(const std::string& kind, const FineTuneOptions& options) {
    FitterSettings settings(kind);
    settings.put("method", options.method);
    put_network(settings, "network_", options.network);
    put_network(settings, "legacy_", options.legacy);
    return settings;
}

}  // namespace

FineTuneFitter::FineTuneFitter(SourcePtr source, FineTuneOptions options)
    : source_(std::move(source)), options_(std::move(options)) {
    if (!source_)
        throw ConfigError("fine-tuning: a source model expected");
    if (source_->info().unit != "ms")
        throw ConfigError(message("fine-tuning: a source in ms expected, got one in ",
                                  source_->info().unit, " (", source_->info().kind, ")"));
    check_method(*source_, options_.method);
}

std::string FineTuneFitter::settings() const {
    return settings_of(kind(), options_).put("source", source_).text();
}

FineTuneFitter::Result FineTuneFitter::fit_whole(const Rows& rows,
                                                 const FitContext& context) const {
    const TrainingRows canonical = canonical_rows(rows.archs, rows.values);
    return fit_canonical({canonical.archs, canonical.values}, context);
}

FineTuneFitter::Result FineTuneFitter::fit_canonical(const Rows& rows,
                                                     const FitContext& context) const {
    if (rows.archs.size() < least_rows)
        throw DataError(message("fine-tuning: ", rows.archs.size(), " different rows, at least ",
                                least_rows, " expected"));
    static_cast<void>(as_rows_of(source_->space(), rows.archs, "source model"));
    Result result{nullptr, options_.method, {}};
    if (options_.method == automatic) {
        const std::vector<Fold> folds =
            make_folds(rows.archs, fold_count(rows.archs.size()), context.seed);
        const std::vector<const TuningMethod*> methods = auto_methods(*source_, rows.archs.size());
        PollOnly quiet(context.watch());
        std::vector<double> usual;
        for (std::size_t m = 0; m < methods.size(); ++m) {
            context.watch().progress(m, methods.size(), "comparing methods");
            const std::vector<double> errors =
                held_out_errors(*methods[m]->make(source_, options_, true), rows, folds,
                                {context.seed, context.threads, &quiet});
            const double mean = mean_of(errors);
            if (m == 0)
                usual = errors;
            if (m == 0 || (mean < result.errors.at(result.method) && clearly_lower(errors, usual)))
                result.method = methods[m]->name;
            result.errors[methods[m]->name] = mean;
        }
    }
    const TuningMethod& method = *find_tuning_method(result.method);
    PredictorPtr model = method.make(source_, options_, false)->fit(rows, context);
    result.model = std::make_shared<FineTuned>(
        rows.archs.space_ptr(), fitted_info(kind(), rows.archs, rows.values, ""), std::move(model),
        method.keeps_source ? source_ : nullptr);
    result.model->info().notes = {{"method", result.method},
                                  {"seed", std::to_string(context.seed)}};
    return result;
}

PredictorPtr FineTuneFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    return fit_canonical(rows, context).model;
}

std::string FineTuneDevices::settings() const {
    return settings_of(kind(), options_).put("base", std::vector<FitterPtr>{source_}).text();
}

AdaptablePtr FineTuneDevices::fit(std::span<const DeviceRows> devices,
                                  const FitContext& context) const {
    if (devices.size() != 1)
        throw DataError(message("fine-tuning: ", devices.size(), " source devices, one expected"));
    return std::make_shared<FineTuning>(source_->fit(devices.front().rows, context), options_);
}

}  // namespace latpred
