// BRP-NAS's predictor of one device (Dudziak et al., NeurIPS 2020, arXiv:2007.08668).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "neural/network_fitter.hpp"
#include "neural/network_training.hpp"

namespace latpred {

/// Those of its code, but for single in place of double precision and a cosine in place of steps
/// down on plateaus.
struct BrpNasSettings {
    std::vector<std::size_t> hidden{600, 600, 600, 600};  ///< widths of the convolutions
    double dropout = 0.002;
    LossSettings loss{.name = "mae"};
    OptimizerSettings optimizer{.learning_rate = 4e-4, .weight_decay = 5e-4};
    ScheduleSettings schedule;
    LoopSettings loop{.epochs = 250, .batch_size = 1, .patience = 35, .context = {}};
    bool scale_target = true;       ///< latencies from 0 to 1 over the rows fitted
    double validation_share = 0.1;  ///< judges epochs, from 100 rows on; fewer are all fitted
};

class BrpNasTraining final : public NetworkTraining {
  public:
    /// As NetworkTraining. Cells of NAS-Bench-201 as BRP-NAS has them; networks of other spaces as
    /// graphs of places, with their costs beside the read-out.
    BrpNasTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                   const BrpNasSettings& settings, int threads = 1);

    [[nodiscard]] std::shared_ptr<StackModel> model(ModelInfo info);
};

struct BrpNasKind {
    using Settings = BrpNasSettings;
    using Training = BrpNasTraining;
    static constexpr const char* name = "brp-nas";

    template <class S, class Visit>
    static void visit(S& s, Visit&& visit) {
        visit("hidden", s.hidden);
        visit("dropout", s.dropout);
        for_each_training_setting(s, visit);
    }
};
using BrpNasFitter = NetworkFitter<BrpNasKind>;

/// CorruptionError, ConfigError.
std::shared_ptr<Predictor> load_brp_nas(const SpacePtr& space, const ModelInfo& info,
                                        const TensorFile& file);

/// Transfer as published: there is none. Learns from the target's samples alone, whatever the
/// sources are; calibrated by `folds` of the samples (0: gives no intervals).
class BrpNasDevices final : public DeviceFitter {
  public:
    BrpNasDevices(BrpNasSettings settings, std::size_t folds)
        : settings_(std::move(settings)), folds_(folds) {}

    [[nodiscard]] std::string kind() const override { return BrpNasKind::name; }
    [[nodiscard]] std::string settings() const override;
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override;

  private:
    BrpNasSettings settings_;
    std::size_t folds_;
};

DeviceFitterPtr make_brp_nas_devices(FitterSettings& settings);

}  // namespace latpred
