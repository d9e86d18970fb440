// Few-shot transfer by a network of layers: learns from the sources, is tuned to a target's
// samples.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neural/device_network.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

class FitterSettings;

/// How the network is used; what stands in a fitter's settings.
struct DeviceNetworkUse {
    DeviceStage learning;  ///< of the sources
    DeviceStage adapting{.epochs = 40, .batch_size = 16, .learning_rate = 3e-3};
    std::string scale = "log";  ///< of latencies, see DeviceScale
    bool nearest = true;  ///< the target starts from the row of the source that ranks most alike
    std::size_t source_networks = 0;  ///< that are learnt from, by the seed; 0: all
    std::size_t folds = 5;            ///< of the samples, for intervals; 0: no intervals
    std::string sampler;              ///< see lp.sampling.choose; empty: no wish
};

/// One model as a fitter over devices. `settings` is the text from which its maker makes it again.
class DeviceNetworkFitter final : public DeviceFitter {
  public:
    DeviceNetworkFitter(DeviceNetworkPlan plan, DeviceNetworkUse use, std::string settings);

    [[nodiscard]] std::string kind() const override { return plan_.kind; }
    [[nodiscard]] std::string settings() const override { return settings_; }
    [[nodiscard]] const DeviceNetworkPlan& plan() const { return plan_; }
    [[nodiscard]] const DeviceNetworkUse& use() const { return use_; }
    [[nodiscard]] AdaptablePtr fit(std::span<const DeviceRows> devices,
                                   const FitContext& context) const override;

  private:
    DeviceNetworkPlan plan_;
    DeviceNetworkUse use_;
    std::string settings_;
};

/// Writes and reads the settings of use and loss, names as in the structs ("learning_epochs", …).
void put_network_use(FitterSettings& settings, const DeviceNetworkUse& use, const DeviceLoss& loss);
void read_network_use(FitterSettings& settings, DeviceNetworkUse& use, DeviceLoss& loss);

}  // namespace latpred
