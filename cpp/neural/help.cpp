#include "neural/help.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "neural/training_settings.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "sampling/choose.hpp"
#include "selection/calibrate.hpp"
#include "transfer/few_shot_methods.hpp"

namespace latpred {
namespace {

constexpr std::size_t least_known_networks = 4;
constexpr double least_share = 0.1;  ///< no latency is predicted below this part of the least
constexpr double lowest_tenth = 0.1;
constexpr double highest_tenth = 0.9;

/// Without intervals; to be cross-validated.
class HelpAdapting final : public Fitter {
  public:
    explicit HelpAdapting(const Help& help) : help_(help) {}

    [[nodiscard]] std::string kind() const override { return "help"; }
    [[nodiscard]] std::string settings() const override { return FitterSettings(kind()).text(); }

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows,
                                        const FitContext& context) const override {
        return help_.adapted(rows, context);
    }

  private:
    const Help& help_;
};

std::pair<double, double> mean_and_deviation(std::span<const double> values) {
    const auto n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values)
        mean += value / n;
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean) / n;
    return {mean, std::sqrt(squares)};
}

}  // namespace

std::size_t reference_share(std::size_t n, std::size_t references) {
    return std::min(references, n / 2);
}

HelpFitter::HelpFitter(HelpSettings settings) : settings_(settings) {
    check_help(settings_);
}

std::string HelpFitter::settings() const {
    FitterSettings text(kind());
    visit_help(settings_, [&text](const char* name, const auto& value) { text.put(name, value); });
    return text.text();
}

DeviceFitterPtr make_help_fitter(FitterSettings& settings) {
    HelpSettings found;
    visit_help(found, SettingReader{settings});
    return std::make_shared<HelpFitter>(found);
}

AdaptablePtr HelpFitter::fit(std::span<const DeviceRows> devices, const FitContext& context) const {
    const MonitorScope scope(context.watch());
    HelpTraining training(devices, settings_, context);
    SourceModels models = fit_sources(devices, context);
    while (training.run_episode(context.watch()))
        context.watch().progress(training.loop().history().size(), training.episodes(), "episodes");
    return std::make_shared<Help>(training, std::move(models));
}

Help::Help(const HelpTraining& training, SourceModels models)
    : learner_(training.learner()), sources_(training.sources()), models_(std::move(models)) {}

std::vector<double> Help::reference_latencies(const HelpRows& rows,
                                              const FitContext& context) const {
    const Architectures& references = sources_->references;
    const std::vector<std::size_t> places = places_in(references, rows.archs);
    std::vector<double> found;
    std::vector<std::size_t> missing;
    for (std::size_t j = 0; j < places.size(); ++j) {
        const bool measured = places[j] < rows.archs.size();
        found.push_back(measured ? rows.values[places[j]] : 0);
        if (!measured)
            missing.push_back(j);
    }
    if (missing.empty())
        return found;
    const PredictorPtr estimate =
        find_few_shot_method("anchor-ridge").adapt(models_, {rows.archs, rows.values}, context);
    const Eigen::VectorXd values =
        values_at(*estimate, references.select(missing), "HELP: references");
    for (std::size_t i = 0; i < missing.size(); ++i)
        found[missing[i]] = values[static_cast<Eigen::Index>(i)];
    return found;
}

/// Measured references have the mean and deviation that they have on source devices; where too few
/// are measured, the tenths of the rows are those of a source device.
void Help::set_scale(const HelpRows& rows, HelpState& state) const {
    const std::vector<std::size_t> places = places_in(sources_->references, rows.archs);
    std::vector<double> measured;
    std::vector<double> usual;
    for (std::size_t j = 0; j < places.size(); ++j) {
        if (places[j] == rows.archs.size())
            continue;
        measured.push_back(rows.values[places[j]]);
        usual.push_back(sources_->reference_means[j]);
    }
    const auto [usual_mean, usual_deviation] = mean_and_deviation(usual);
    if (2 * measured.size() >= places.size() && usual_deviation > 0) {
        const auto [mean, deviation] = mean_and_deviation(measured);
        state.scale = deviation / usual_deviation;
        state.shift = mean - state.scale * usual_mean;
    } else {
        const double low = quantile(rows.values, lowest_tenth);
        state.scale = (quantile(rows.values, highest_tenth) - low) / 0.9;
        state.shift = low - 0.05 * state.scale;
    }
}

HelpTask Help::task_of(const HelpRows& rows, HelpState& state, const FitContext& context) const {
    HelpTask task;
    state.device = reference_description(reference_latencies(rows, context));
    set_scale(rows, state);
    state.least = least_share * std::ranges::min(rows.values);
    const std::vector<std::size_t> places = places_in(rows.archs, sources_->references);
    std::vector<std::size_t> support;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i] == sources_->references.size())
            support.push_back(i);
    }
    if (support.size() < 2) {
        support.clear();
        for (std::size_t i = 0; i < places.size(); ++i)
            support.push_back(i);
    }
    for (const std::size_t i : support) {
        const double value = state.scale > 0 ? (rows.values[i] - state.shift) / state.scale : 0.5;
        task.support_target.push_back(static_cast<float>(std::clamp(value, -20.0, 20.0)));
    }
    task.support = HelpInput(rows.archs).on(state.device, support);
    task.device = state.device;
    return task;
}

PredictorPtr Help::adapted(const Rows& target, const FitContext& context) const {
    const HelpRows rows(sources_->pool.space_ptr(), target, "HELP: rows");
    HelpState state;
    HelpTask task = task_of(rows, state, context);
    const HelpSettings& settings = learner_->settings();
    for (std::size_t draw = settings.last_draw ? settings.draws - 1 : 0; draw < settings.draws;
         ++draw) {
        context.watch().poll();
        task.noise = modulation_noise(context.seed, "HELP: adaptation", draw, learner_->noises());
        state.stacks.push_back(learner_->stack());
        learner_->adapt(task, state.stacks.back());
    }
    ModelInfo info = fitted_info("help", rows.archs, rows.values, "");
    info.notes["method"] = "help";
    info.notes["parameters"] = std::to_string(learner_->count());
    return std::make_shared<HelpModel>(sources_->pool.space_ptr(), std::move(info),
                                       std::move(state));
}

PredictorPtr Help::adapt(const Rows& target, const FitContext& context) const {
    const MonitorScope scope(context.watch());
    const HelpRows rows(sources_->pool.space_ptr(), target, "HELP: rows");
    if (rows.archs.size() < least_known_networks)
        throw DataError(message("HELP: ", rows.archs.size(),
                                " different networks measured; at "
                                "least ",
                                least_known_networks, " expected"));
    const Rows canonical{rows.archs, rows.values};
    PredictorPtr model = adapted(canonical, context);
    calibrate_by_folds(*model, HelpAdapting(*this), canonical, {rows.archs.size(), context.seed},
                       context);
    return model;
}

std::vector<std::size_t> Help::choose(const Architectures& candidates, std::size_t count,
                                      const FitContext& context) const {
    if (count == 0)
        throw ConfigError("HELP: 0 networks to choose; at least one expected");
    const Architectures archs =
        as_rows_of(sources_->pool.space_ptr(), candidates, "HELP: source devices");
    std::vector<std::size_t> chosen = places_in(sources_->references, archs);
    std::erase(chosen, archs.size());
    chosen.resize(std::min(chosen.size(), reference_share(count, sources_->references.size())));
    const std::vector<std::size_t> reference = places_in(archs, archs.select(chosen));
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < archs.size(); ++i) {
        if (reference[i] == chosen.size())
            others.push_back(i);
    }
    if (count > chosen.size()) {
        for (const std::size_t i : choose_networks(archs.select(others), count - chosen.size(),
                                                   {"random", context.seed, {}, {}}))
            chosen.push_back(others[i]);
    }
    std::ranges::sort(chosen);
    return chosen;
}

}  // namespace latpred
