#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "metrics/correlation.hpp"
#include "neural/device_network_fitter.hpp"
#include "neural/device_network_model.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "sampling/choose.hpp"
#include "selection/calibrate.hpp"
#include "selection/watch.hpp"
#include "transfer/design.hpp"

namespace latpred {
namespace {

constexpr std::size_t least_samples = 3;
constexpr const char* design_sampler = "design";

/// `fit` is one adaptation; to be cross-validated.
class AdaptedNetworkFitter final : public Fitter {
  public:
    explicit AdaptedNetworkFitter(const DeviceNetworkSources& sources) : sources_(sources) {}

    [[nodiscard]] std::string kind() const override { return "device-network"; }
    [[nodiscard]] std::string settings() const override { return "{}"; }

  protected:
    [[nodiscard]] PredictorPtr fit_rows(const Rows& rows,
                                        const FitContext& context) const override {
        return sources_.adapt_once(rows, context);
    }

  private:
    const DeviceNetworkSources& sources_;
};

/// The source whose scores rank the rows best; `sources` where none ranks them at all.
std::size_t most_alike(const DeviceNetwork& network, std::size_t sources, const Rows& rows) {
    std::size_t best = sources;
    double most = 0;
    for (std::size_t device = 0; device < sources; ++device) {
        const std::vector<float> scores = network.score(rows.archs, device);
        const std::vector<double> values(scores.begin(), scores.end());
        const double found = spearman(values, rows.values);
        if (std::isfinite(found) && (best == sources || found > most)) {
            best = device;
            most = found;
        }
    }
    return best;
}

}  // namespace

void start_target(DeviceNetwork& network, const DeviceNetwork& learnt, std::size_t sources,
                  const Rows& rows, bool nearest, std::uint64_t seed) {
    if (network.plan().device_table.empty())
        return;
    const std::size_t from = nearest ? most_alike(learnt, sources, rows) : sources;
    if (from < sources)
        network.copy_device(from, sources);
    else
        network.redraw_device(sources, seed);
}

DeviceNetworkSources::DeviceNetworkSources(DeviceNetworkUse use, DeviceNetwork network,
                                           std::size_t sources,
                                           std::shared_ptr<const SourceModels> design)
    : use_(std::move(use)), network_(std::move(network)), sources_(sources),
      design_(std::move(design)) {}

PredictorPtr DeviceNetworkSources::adapt_once(const Rows& rows, const FitContext& context) const {
    DeviceNetwork network(network_);
    const std::string& kind = network.plan().kind;
    start_target(network, network_, sources_, rows, use_.nearest,
                 Rng(context.seed, "target").next_u64());
    const DeviceScale scale(use_.scale, rows.values);
    const DeviceExamples samples{static_cast<std::uint32_t>(sources_), rows.archs,
                                 scale_latencies(scale, rows.values)};
    if (use_.adapting.epochs > 0)
        train_devices(network, std::span(&samples, 1), use_.adapting,
                      Rng(context.seed, "adapting").next_u64(), context.watch());
    const std::vector<float> scores = network.score(rows.archs, sources_, context.threads);
    ModelInfo info = fitted_info(kind, rows.archs, rows.values, "");
    info.notes["method"] = kind;
    info.notes["parameters"] = std::to_string(network.parameter_count());
    const ScoreLine line = fit_score_line(scores, samples.wanted);
    const DeviceInputPtr input = network.input();
    return std::make_shared<DeviceNetworkModel>(rows.archs.space_ptr(), std::move(info), input,
                                                std::move(network.stack()), sources_, line, scale);
}

PredictorPtr DeviceNetworkSources::adapt(const Rows& target, const FitContext& context) const {
    const MonitorScope scope(context.watch());
    const Architectures archs =
        as_rows_of(network_.input()->space(), target.archs, "transfer: source devices");
    const TrainingRows rows = canonical_rows(archs, target.values);
    const std::size_t networks = network_starts(rows.archs).size() - 1;
    if (networks < least_samples)
        throw DataError(message("transfer: ", networks, " different networks measured, ",
                                network_.plan().kind, " needs at least ", least_samples));
    const Rows canonical{rows.archs, rows.values};
    PredictorPtr model = adapt_once(canonical, context);
    if (use_.folds > 1 && networks > least_samples) {
        PollOnly quiet(context.watch());
        calibrate_by_folds(*model, AdaptedNetworkFitter(*this), canonical,
                           {std::min(use_.folds, networks), context.seed},
                           {context.seed, context.threads, &quiet});
    }
    return model;
}

std::vector<std::size_t> DeviceNetworkSources::choose(const Architectures& candidates,
                                                      std::size_t count,
                                                      const FitContext& context) const {
    if (use_.sampler.empty())
        return {};
    if (use_.sampler == design_sampler)
        return choose_design(*design_, candidates, count, context.watch());
    ChoiceSettings settings{use_.sampler, context.seed, {}, {}};
    const NetworkFeaturesPtr& features = network_.plan().features;
    const std::vector<std::string> ways = choice_ways();
    if (features && std::ranges::find(ways, use_.sampler) != ways.end()) {
        const std::vector<float> numbers = features->of(candidates, context.threads);
        settings.features =
            Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
                numbers.data(), static_cast<Eigen::Index>(candidates.size()),
                static_cast<Eigen::Index>(features->width()))
                .cast<double>();
    }
    return choose_networks(candidates, count, settings);
}

}  // namespace latpred
