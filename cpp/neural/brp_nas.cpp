#include "neural/brp_nas.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "neural/graph_model.hpp"
#include "neural/published_inputs.hpp"
#include "neural/published_layers.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/training_rows.hpp"
#include "selection/calibrate.hpp"

namespace latpred {
namespace {

constexpr std::size_t rows_that_judge = 100;  // as BRP-NAS sets aside, of 1,000
constexpr std::size_t widest_convolution = 4096;
constexpr std::size_t most_convolutions = 16;

bool has_cells(const Space& space) {
    return space.family().name() == "nas-bench-201";
}

void check_brp_nas(const BrpNasSettings& s) {
    const bool fits = !s.hidden.empty() && s.hidden.size() <= most_convolutions &&
                      std::ranges::all_of(s.hidden, [](std::size_t width) {
                          return width >= 1 && width <= widest_convolution;
                      });
    if (!fits || !(s.dropout >= 0 && s.dropout < 1)) {
        throw ConfigError(message("BRP-NAS predictor: 1 to ", most_convolutions,
                                  " hidden widths of 1 to ", widest_convolution,
                                  " and dropout from 0 to below 1 expected"));
    }
    check_loss(s.loss);
}

/// To 0 at the fastest network and 1 at the slowest.
OutputScale range_of(std::span<const double> latency) {
    const auto [least, most] = std::ranges::minmax(latency);
    return {least, most > least ? most - least : most};
}

NetworkInputPtr brp_input(const Architectures& fitted, int threads) {
    if (has_cells(fitted.space()))
        return std::make_shared<const PublishedCells>(fitted.space(), PublishedCells::Form::eagle);
    return std::make_shared<const GraphInput>("places", fitted, threads);
}

NetworkPlan brp_plan(const BrpNasSettings& settings, const LatencyRows& rows, int threads) {
    check_brp_nas(settings);
    const bool judges = rows.archs.size() >= rows_that_judge;
    NetworkPlan plan{.what = "BRP-NAS predictor",
                     .loss = settings.loss,
                     .optimizer = settings.optimizer,
                     .schedule = settings.schedule,
                     .loop = settings.loop,
                     .validation_share = judges ? settings.validation_share : 0,
                     .equal_lengths = false,
                     .input = {},
                     .layers = {},
                     .target = {},
                     .most_ms = 0,
                     .context = message(settings.scale_target)};
    plan.input = [threads](const Architectures& fitted) { return brp_input(fitted, threads); };
    plan.layers = [settings, cells = has_cells(rows.archs.space())](const NetworkInput& input) {
        return brp_nas_layers(input.widths(), settings.hidden, settings.dropout, !cells);
    };
    plan.target = [scaled = settings.scale_target](
                      std::span<const double> fitted, std::span<const double> /*judged*/,
                      const StackData& /*data*/,
                      LossSettings& /*loss*/) { return scaled ? range_of(fitted) : OutputScale{}; };
    return plan;
}

/// What needs nothing of the sources but their space.
class BrpNasTarget final : public Adaptable {
  public:
    BrpNasTarget(SpacePtr space, BrpNasSettings settings, std::size_t folds)
        : space_(std::move(space)), settings_(std::move(settings)), folds_(folds) {}

    [[nodiscard]] PredictorPtr adapt(const Rows& target, const FitContext& context) const override {
        const Architectures archs = as_rows_of(space_, target.archs, "transfer: source devices");
        const BrpNasFitter fitter(settings_);
        const TrainingRows rows = canonical_rows(archs, target.values);
        const Rows canonical{rows.archs, rows.values};
        PredictorPtr model = fitter.fit(canonical, context);
        const std::size_t networks = network_starts(rows.archs).size() - 1;
        if (folds_ > 1 && networks > 1)
            calibrate_by_folds(*model, fitter, canonical,
                               {std::min(folds_, networks), context.seed}, context);
        return model;
    }

  private:
    SpacePtr space_;
    BrpNasSettings settings_;
    std::size_t folds_;
};

}  // namespace

BrpNasTraining::BrpNasTraining(const LatencyRows& rows,
                               const std::optional<LatencyRows>& validation,
                               const BrpNasSettings& settings, int threads)
    : NetworkTraining(rows, validation, brp_plan(settings, rows, threads), threads) {}

std::shared_ptr<StackModel> BrpNasTraining::model(ModelInfo info) {
    LayerStack layers = finished_stack();
    std::size_t learned = 0;
    for (const Parameters::Tensor& tensor : layers.parameters().tensors())
        learned += tensor.size;
    info.notes["parameters"] = message(learned);
    return std::make_shared<StackModel>(space(), std::move(info), input(), std::move(layers),
                                        target());
}

std::shared_ptr<Predictor> load_brp_nas(const SpacePtr& space, const ModelInfo& info,
                                        const TensorFile& file) {
    const OutputScale target = load_output_scale(file);
    NetworkInputPtr input;
    if (has_cells(*space))
        input = std::make_shared<const PublishedCells>(*space, PublishedCells::Form::eagle);
    else
        input = GraphInput::load(file);
    return std::make_shared<StackModel>(space, info, std::move(input), LayerStack::load(file),
                                        target);
}

std::string BrpNasDevices::settings() const {
    FitterSettings text(kind());
    BrpNasKind::visit(settings_,
                      [&text](const char* name, const auto& value) { text.put(name, value); });
    text.put("folds", static_cast<std::uint64_t>(folds_));
    return text.text();
}

AdaptablePtr BrpNasDevices::fit(std::span<const DeviceRows> devices,
                                const FitContext& /*context*/) const {
    if (devices.empty())
        throw ConfigError("transfer: at least one source device expected");
    return std::make_shared<BrpNasTarget>(devices.front().rows.archs.space_ptr(), settings_,
                                          folds_);
}

DeviceFitterPtr make_brp_nas_devices(FitterSettings& settings) {
    BrpNasSettings found;
    BrpNasKind::visit(found, SettingReader{settings});
    const std::uint64_t folds = settings.count("folds", 0);
    return std::make_shared<BrpNasDevices>(std::move(found), folds);
}

}  // namespace latpred
