#include "predictors/core_fitters.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/fitter_settings.hpp"
#include "predictors/flops.hpp"
#include "predictors/registry.hpp"
#include "predictors/source_head.hpp"
#include "predictors/table_predictor.hpp"

namespace latpred {
namespace {

ModelInfo plain_info(const char* kind, const Rows& rows) {
    return fitted_info(kind, rows.archs, rows.values, "");
}

FitterPtr make_additive(FitterSettings& settings) {
    AdditiveOptions options;
    options.robust = settings.flag("robust", options.robust);
    options.huber = settings.number("huber", options.huber);
    options.ridge = settings.number("ridge", options.ridge);
    options.share_slots = settings.flag("share_slots", options.share_slots);
    options.ignore = settings.words("ignore");
    options.evidence_rows = settings.small_count("evidence_rows", options.evidence_rows);
    return std::make_shared<AdditiveFitter>(options, settings.words("interactions"));
}

FitterPtr make_process(FitterSettings& settings) {
    GaussianProcessOptions options;
    options.huber = settings.number("huber", options.huber);
    options.evidence_rows = settings.small_count("evidence_rows", options.evidence_rows);
    options.most_rows = settings.small_count("most_rows", options.most_rows);
    return std::make_shared<GaussianProcessFitter>(settings.model("source"), options);
}

FitterPtr only_base(FitterSettings& settings) {
    std::vector<FitterPtr> bases = settings.fitters("base");
    if (bases.size() != 1)
        throw ConfigError(message("fitter '", settings.kind(), "': one base expected"));
    return bases.front();
}

}  // namespace

std::string FlopsFitter::settings() const {
    return FitterSettings(kind()).text();
}

PredictorPtr FlopsFitter::fit_rows(const Rows& rows, const FitContext& /*context*/) const {
    return fit_flops(rows.archs, rows.values, plain_info("flops", rows));
}

std::string AdditiveFitter::settings() const {
    FitterSettings settings(kind());
    settings.put("robust", options_.robust)
        .put("huber", options_.huber)
        .put("ridge", options_.ridge)
        .put("share_slots", options_.share_slots)
        .put("ignore", options_.ignore)
        .put("evidence_rows", static_cast<std::uint64_t>(options_.evidence_rows))
        .put("interactions", interactions_);
    return settings.text();
}

AdditiveFitter::Result AdditiveFitter::fit_whole(const Rows& rows,
                                                 const FitContext& context) const {
    Result result;
    result.fit = fit_additive(rows.archs, rows.values, options_, context.watch());
    result.interactions = fit_interactions(rows.archs, rows.values, options_, result.fit,
                                           interactions_, context.watch());
    std::vector<TableTerm> terms = std::move(result.fit.terms);
    for (TableTerm& term : result.interactions.terms)
        terms.push_back(std::move(term));
    result.model = std::make_shared<TablePredictor>(rows.archs.space_ptr(),
                                                    plain_info("additive", rows), std::move(terms));
    return result;
}

PredictorPtr AdditiveFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    return fit_whole(rows, context).model;
}

std::string GaussianProcessFitter::settings() const {
    FitterSettings settings(kind());
    settings.put("huber", options_.huber)
        .put("evidence_rows", static_cast<std::uint64_t>(options_.evidence_rows))
        .put("most_rows", static_cast<std::uint64_t>(options_.most_rows))
        .put("source", source_);
    return settings.text();
}

PredictorPtr GaussianProcessFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    return fit_gaussian_process(rows.archs, rows.values, source_, options_,
                                plain_info("gaussian-process", rows), context.watch());
}

SourceHeadFitter::SourceHeadFitter(std::shared_ptr<const Predictor> source, bool rich)
    : source_(std::move(source)), rich_(rich) {
    if (!source_)
        throw ConfigError("source head: a source model expected");
}

std::string SourceHeadFitter::settings() const {
    FitterSettings settings(kind());
    settings.put("rich", rich_).put("source", source_);
    return settings.text();
}

PredictorPtr SourceHeadFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    return fit_source_head(rows.archs, rows.values, source_, rich_, {},
                           plain_info("source-head", rows), context.watch());
}

void check_percent(std::span<const double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!(values[i] > 0 && values[i] <= 100))
            throw DataError(
                message("fit: row ", i, ": ", values[i], "; percent, 0 to 100, expected"));
    }
    if (std::ranges::all_of(values, [](double value) { return value <= 1; }))
        throw DataError("fit: all values are 1 or less; percent expected: times 100");
}

std::string AccuracyFitter::settings() const {
    return FitterSettings(kind()).put("base", std::vector<FitterPtr>{base_}).text();
}

PredictorPtr AccuracyFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    check_percent(rows.values);
    PredictorPtr model = base_->fit(rows, context);
    model->info().unit = "%";
    return model;
}

std::string SeededFitter::settings() const {
    return FitterSettings(kind())
        .put("base", std::vector<FitterPtr>{base_})
        .put("seed", seed_)
        .text();
}

PredictorPtr SeededFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    return base_->fit(rows, context.with_seed(context.seed + seed_));
}

void register_core_fitters() {
    register_fitter("flops", [](FitterSettings&) { return std::make_shared<FlopsFitter>(); });
    register_fitter("additive", make_additive);
    register_fitter("gaussian-process", make_process);
    register_fitter("source-head", [](FitterSettings& settings) {
        const bool rich = settings.flag("rich", false);
        return std::make_shared<SourceHeadFitter>(settings.model("source"), rich);
    });
    register_fitter("accuracy-fitted", [](FitterSettings& settings) {
        return std::make_shared<AccuracyFitter>(only_base(settings));
    });
    register_fitter("seeded", [](FitterSettings& settings) {
        FitterPtr base = only_base(settings);
        return std::make_shared<SeededFitter>(std::move(base), settings.count("seed", 0));
    });
}

}  // namespace latpred
