#include "neural/frozen_features_fitter.hpp"

#include <cmath>
#include <cstdio>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/mlp_input.hpp"
#include "neural/mlp_network.hpp"
#include "predictors/fitter_settings.hpp"
#include "training/loop.hpp"
#include "training/loss.hpp"

namespace latpred {
namespace {

constexpr std::size_t epochs_between_reports = 100;
constexpr double usual_target = 64;  // DGL's values over 100 are 20 to 400, most about 100

void check_settings(const FrozenSettings& settings) {
    if (settings.head == 0 || settings.head > (std::size_t{1} << 16)) {
        throw ConfigError(
            message("frozen features: head ", settings.head, ", from 1 to 65536 units expected"));
    }
    if (!(settings.divisor >= 0) || !std::isfinite(settings.divisor)) {
        throw ConfigError(message("frozen features: divisor ", settings.divisor,
                                  ", a positive finite number, or 0, expected"));
    }
}

double divisor_of(const FrozenSettings& settings, std::span<const double> values) {
    if (settings.divisor > 0)
        return settings.divisor;
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    return sum / static_cast<double>(values.size()) / usual_target;
}

/// The head between features (N x F) and targets (N).
class HeadRun {
  public:
    HeadRun(std::vector<float> features, std::vector<float> targets, const FrozenSettings& settings,
            std::uint64_t seed)
        : targets_(std::move(targets)),
          input_(std::move(features), targets_.size(), settings.body.back()),
          network_({settings.body.back(), settings.head}, HiddenUnit::tanh) {
        network_.set_layers(first_head(settings, seed));
    }

    void run(const FrozenSettings& settings, const FitContext& context) {
        TrainingLoop loop(network_.parameters(),
                          {.name = "sgd", .learning_rate = settings.learning_rate, .momentum = 0},
                          {.name = "constant"},
                          {.epochs = settings.epochs,
                           .batch_size = targets_.size(),
                           .keep_best = false,
                           .seed = context.seed,
                           .context = {}},
                          targets_.size());
        const auto step = [this](std::span<const std::uint32_t> rows) { return this->step(rows); };
        while (loop.run_epoch(step, {}, context.watch())) {
            if (loop.history().size() % epochs_between_reports != 0)
                continue;
            char text[64];
            std::snprintf(text, sizeof text, "training loss %.4g",
                          loop.history().back().train_loss);
            context.watch().progress(loop.history().size(), settings.epochs, text);
        }
    }

    [[nodiscard]] std::vector<DenseLayer> layers() const {
        return network_.layers(network_.parameters().values());
    }

  private:
    double step(std::span<const std::uint32_t> rows) {
        outputs_.resize(rows.size());
        slopes_.resize(rows.size());
        wanted_.clear();
        for (const std::uint32_t row : rows)
            wanted_.push_back(targets_[row]);
        network_.forward(input_, rows, outputs_);
        const double loss =
            loss_and_gradient({.name = "smooth-l1", .beta = 1}, outputs_, wanted_, slopes_);
        network_.backward(input_, rows, slopes_);
        return loss;
    }

    std::vector<float> targets_;
    MlpInput input_;
    MlpNetwork network_;
    std::vector<float> outputs_, wanted_, slopes_;
};

}  // namespace

std::vector<DenseLayer> first_head(const FrozenSettings& settings, std::uint64_t seed) {
    const std::size_t number = settings.body.size();
    return {drawn_layer(settings.body.back(), settings.head, seed, number),
            drawn_layer(settings.head, 1, seed, number + 1)};
}

std::string FrozenFeaturesFitter::settings() const {
    return FitterSettings(kind())
        .put("body", settings_.body)
        .put("head", std::uint64_t{settings_.head})
        .put("standardise", settings_.standardise)
        .put("divisor", settings_.divisor)
        .put("epochs", std::uint64_t{settings_.epochs})
        .put("learning_rate", settings_.learning_rate)
        .text();
}

PredictorPtr FrozenFeaturesFitter::fit_rows(const Rows& rows, const FitContext& context) const {
    const MonitorScope scope(context.watch());
    check_settings(settings_);
    const SpacePtr space = rows.archs.space_ptr();
    GeneScaling scaling(rows.archs, settings_.standardise);
    auto body =
        std::make_shared<const FrozenBody>(space->gene_count(), settings_.body, context.seed);
    const double divisor = divisor_of(settings_, rows.values);
    std::vector<float> targets;
    for (const double value : rows.values)
        targets.push_back(static_cast<float>(value / divisor));
    HeadRun run(body->forward(scaling.apply(rows.archs)), std::move(targets), settings_,
                context.seed);
    run.run(settings_, context);
    return std::make_shared<FrozenFeatures>(space, fitted_info(kind(), rows.archs, rows.values, ""),
                                            std::move(scaling), std::move(body), run.layers(),
                                            divisor);
}

FitterPtr make_frozen_features_fitter(FitterSettings& settings) {
    FrozenSettings found;
    found.body = settings.counts("body", found.body);
    found.head = settings.count("head", found.head);
    found.standardise = settings.flag("standardise", found.standardise);
    found.divisor = settings.number("divisor", found.divisor);
    found.epochs = settings.count("epochs", found.epochs);
    found.learning_rate = settings.number("learning_rate", found.learning_rate);
    return std::make_shared<FrozenFeaturesFitter>(std::move(found));
}

}  // namespace latpred
