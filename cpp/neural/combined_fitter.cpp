#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/combined.hpp"
#include "neural/device_network_settings.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "selection/cross_validate.hpp"
#include "selection/watch.hpp"
#include "transfer/few_shot.hpp"
#include "transfer/few_shot_methods.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr std::size_t least_gated = 5;  // networks that say something about residuals
constexpr std::size_t least_sources = 2;

template <class Settings, class Visit>
void for_each_combined_setting(Settings& s, Visit&& visit) {
    visit("method", s.method);
    visit("draws", s.draws);
    visit("samples", s.samples);
    visit("width", s.width);
    visit("epochs", s.epochs);
    visit("batch_size", s.batch_size);
    visit("learning_rate", s.learning_rate);
    visit("weight_decay", s.weight_decay);
    visit("least_share", s.least_share);
}

/// Rows as the sources' models see and order them.
std::vector<RowSelection> ordered_rows(std::span<const DeviceRows> devices, const SpacePtr& space) {
    std::vector<std::pair<std::uint64_t, RowSelection>> found;
    for (const DeviceRows& device : devices) {
        const TrainingRows rows = canonical_rows(
            as_rows_of(space, device.rows.archs, "transfer: source devices"), device.rows.values);
        std::vector<std::size_t> all(rows.values.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = i;
        found.emplace_back(training_hash(rows.archs, rows.values),
                           RowSelection({rows.archs, rows.values}, all));
    }
    std::ranges::stable_sort(found, {}, [](const auto& one) { return one.first; });
    std::vector<RowSelection> ordered;
    for (auto& [hash, rows] : found)
        ordered.push_back(std::move(rows));
    return ordered;
}

class CombinedSources final : public Adaptable {
  public:
    CombinedSources(CombinedSettings settings, std::shared_ptr<const SourceModels> sources,
                    std::shared_ptr<const ResidualNetwork> network)
        : settings_(std::move(settings)), sources_(std::move(sources)),
          network_(std::move(network)), simple_(settings_.method, sources_) {}

    [[nodiscard]] PredictorPtr adapt(const Rows& target, const FitContext& context) const override {
        const MonitorScope scope(context.watch());
        PredictorPtr base = simple_.adapt(target, context);
        const Architectures archs =
            as_rows_of(sources_->basis.space(), target.archs, "transfer: source devices");
        const TrainingRows rows = canonical_rows(archs, target.values);
        ModelInfo info = fitted_info("combined", rows.archs, rows.values, "");
        info.notes["method"] = "combined";
        info.notes["parameters"] = message(network_ ? network_->parameter_count() : 0);
        ResidualGate gate;
        if (network_ && network_starts(rows.archs).size() > least_gated)
            gate = gated(rows, context);
        info.notes["residual_share"] = message(gate.share);
        if (gate.share < settings_.least_share)
            return std::make_shared<CombinedModel>(std::move(info), std::move(base), nullptr,
                                                   VectorXd());
        return std::make_shared<CombinedModel>(std::move(info), std::move(base), network_,
                                               std::move(gate.weights));
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Architectures& candidates,
                                                  std::size_t count,
                                                  const FitContext& context) const override {
        return simple_.choose(candidates, count, context);
    }

  private:
    /// From what the method leaves over of each sample that it did not see; weights in ms.
    [[nodiscard]] ResidualGate gated(const TrainingRows& rows, const FitContext& context) const {
        PollOnly quiet(context.watch());
        const Rows view{rows.archs, rows.values};
        const std::size_t networks = network_starts(rows.archs).size() - 1;
        const std::vector<double> predicted = held_out_predictions(
            *adapting_fitter(find_few_shot_method(settings_.method), *sources_), view,
            make_folds(rows.archs, networks, context.seed),
            {context.seed, context.threads, &quiet});
        const auto count = static_cast<Index>(rows.values.size());
        const Eigen::Map<const VectorXd> y(rows.values.data(), count);
        const Eigen::Map<const VectorXd> p(predicted.data(), count);
        const double deviation =
            std::sqrt((y.array() - y.mean()).square().sum() / static_cast<double>(count));
        if (!(deviation > 1e-12 * y.mean()))
            return {};
        ResidualGate gate =
            gate_residuals(network_->values(rows.archs), (y - p) / deviation, network_->scale());
        gate.weights *= deviation;
        return gate;
    }

    CombinedSettings settings_;
    std::shared_ptr<const SourceModels> sources_;
    std::shared_ptr<const ResidualNetwork> network_;  ///< null where one source alone is known
    FewShot simple_;
};

}  // namespace

CombinedFitter::CombinedFitter(CombinedSettings settings) : settings_(std::move(settings)) {
    const CombinedSettings& s = settings_;
    const FewShotMethod& method = find_few_shot_method(s.method);
    if (s.draws == 0 || s.draws > 1000 || s.samples < method.least_networks || s.width == 0 ||
        s.width > 4096 || !(s.least_share >= 0 && s.least_share <= 1))
        throw ConfigError(message("combined method: 1 to 1000 draws of at least ",
                                  method.least_networks, " samples, a width of 1 to 4096 and a ",
                                  "least share of 0 to 1 expected"));
    check_loop({.epochs = s.epochs, .batch_size = s.batch_size, .context = {}});
    check_optimizer({.learning_rate = s.learning_rate, .weight_decay = s.weight_decay});
}

std::string CombinedFitter::settings() const {
    FitterSettings text(kind());
    for_each_combined_setting(settings_, SettingWriter{text});
    return text.text();
}

AdaptablePtr CombinedFitter::fit(std::span<const DeviceRows> devices,
                                 const FitContext& context) const {
    const MonitorScope scope(context.watch());
    const auto sources = std::make_shared<const SourceModels>(fit_sources(devices, context));
    std::shared_ptr<const ResidualNetwork> network;
    if (devices.size() >= least_sources) {
        const std::vector<RowSelection> rows = ordered_rows(devices, sources->basis.space());
        const FitContext own = context;
        network = std::make_shared<const ResidualNetwork>(
            sources->pool, left_over(*sources, rows, settings_, own), settings_, own);
    }
    return std::make_shared<CombinedSources>(settings_, sources, std::move(network));
}

DeviceFitterPtr make_combined_fitter(FitterSettings& settings) {
    CombinedSettings found;
    for_each_combined_setting(found, SettingReader{settings});
    return std::make_shared<CombinedFitter>(std::move(found));
}

}  // namespace latpred
