// A device's latency by a network of layers that learnt from several devices.
#pragma once

#include <memory>
#include <vector>

#include "neural/device_network.hpp"
#include "neural/device_scale.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// Scaled latency = shift + slope x score, so a network of a higher score is never faster.
struct ScoreLine {
    double shift = 0, slope = 1;
};

/// Least squares of scaled latencies on scores, its slope kept above 0.
ScoreLine fit_score_line(std::span<const float> scores, std::span<const float> wanted);

/// Its kind is that of `info`, one of the models' (`nasflat`, …).
class DeviceNetworkModel final : public Predictor {
  public:
    /// ConfigError where layers do not read what the input gives, or numbers are not finite.
    DeviceNetworkModel(const SpacePtr& space, ModelInfo info, DeviceInputPtr input,
                       LayerStack stack, std::size_t device, ScoreLine line, DeviceScale scale);

    [[nodiscard]] const LayerStack& stack() const { return stack_; }
    [[nodiscard]] const DeviceInputPtr& input() const { return input_; }
    [[nodiscard]] std::size_t device() const { return device_; }
    /// N scores, before they become ms.
    [[nodiscard]] std::vector<float> score(const Architectures& archs) const;
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    DeviceInputPtr input_;
    LayerStack stack_;
    std::size_t device_;
    ScoreLine line_;
    DeviceScale scale_;
};

/// The loader for every kind of such a model. CorruptionError.
std::shared_ptr<Predictor> load_device_network(const SpacePtr& space, const ModelInfo& info,
                                               const TensorFile& file);

}  // namespace latpred
