// Few-shot transfer by a network of layers: learns from the sources, is tuned to a target's
// samples.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neural/device_network.hpp"
#include "predictors/fitter.hpp"
#include "transfer/epoch_tuning.hpp"
#include "transfer/source_models.hpp"

namespace latpred {

/// How the network is used; what stands in a fitter's settings.
struct DeviceNetworkUse {
    DeviceStage learning;  ///< of the sources
    DeviceStage adapting{.epochs = 40, .batch_size = 16, .learning_rate = 3e-3};
    std::string scale = "log";  ///< of latencies, see DeviceScale
    /// Whether the target starts from the row of the source whose scores rank the samples best;
    /// else from a random one.
    bool nearest = true;
    std::size_t source_networks = 0;  ///< of each source that are learnt from; 0: all
    std::size_t folds = 5;            ///< of the samples, for intervals; 0: no intervals
    /// Of the networks to measure: "design" of `choose_design`, a method of `choose_networks`
    /// (by the plan's features where it needs some), or empty for no wish.
    std::string sampler = "design";
};

/// What the sources taught. `adapt` starts from a copy of it, whatever was adapted before.
class DeviceNetworkSources final : public Adaptable {
  public:
    DeviceNetworkSources(DeviceNetworkUse use, DeviceNetwork network, std::size_t sources,
                         std::shared_ptr<const SourceModels> design);

    [[nodiscard]] const DeviceNetwork& network() const { return network_; }
    [[nodiscard]] std::size_t sources() const { return sources_; }
    /// Throws DataError for fewer than 3 different networks, SchemaError for another space,
    /// TrainingError where the training diverges.
    [[nodiscard]] PredictorPtr adapt(const Rows& target, const FitContext& context) const override;
    /// Without intervals; the rows in canonical order.
    [[nodiscard]] PredictorPtr adapt_once(const Rows& rows, const FitContext& context) const;
    [[nodiscard]] std::vector<std::size_t> choose(const Architectures& candidates,
                                                  std::size_t count,
                                                  const FitContext& context) const override;

  private:
    DeviceNetworkUse use_;
    DeviceNetwork network_;
    std::size_t sources_;                         ///< rows of the table; the next is the target's
    std::shared_ptr<const SourceModels> design_;  ///< for "design"; else null
};

/// Gives a target its row of the table: where `nearest`, that of the source whose scores by
/// `learnt` rank the rows best; else a random one.
void start_target(DeviceNetwork& network, const DeviceNetwork& learnt, std::size_t sources,
                  const Rows& rows, bool nearest, std::uint64_t seed);

/// One model as a fitter over devices. `settings` is the text from which its maker makes it again.
class DeviceNetworkFitter final : public DeviceFitter, public EpochTuned {
  public:
    DeviceNetworkFitter(DeviceNetworkPlan plan, DeviceNetworkUse use, std::string settings);

    [[nodiscard]] std::string kind() const override { return plan_.kind; }
    [[nodiscard]] std::string settings() const override { return settings_; }
    [[nodiscard]] const DeviceNetworkPlan& plan() const { return plan_; }
    [[nodiscard]] const DeviceNetworkUse& use() const { return use_; }
    /// Neither names nor the order of devices or rows matter. ConfigError for no device or wrong
    /// settings; DataError for wrong values, or fewer than 5 networks of a device; SchemaError for
    /// devices of different spaces; TrainingError where the training diverges.
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override;
    /// With the scale "min-max" by the ranges, which come into nothing else. Throws as `fit`.
    [[nodiscard]] std::unique_ptr<EpochTuning>
    learn_published(std::span<const DeviceRows> devices, std::span<const TableRange> ranges,
                    const FitContext& context) const override;

  private:
    /// `ranges`: of each device's scale, or none.
    [[nodiscard]] std::shared_ptr<const DeviceNetworkSources>
    taught(std::span<const DeviceRows> devices, std::span<const TableRange> ranges,
           const FitContext& context) const;

    DeviceNetworkPlan plan_;
    DeviceNetworkUse use_;
    std::string settings_;
};

}  // namespace latpred
