// Latency on a described device: a model of architecture factors and the published formula.
#pragma once

#include <memory>

#include "device_generic/formula.hpp"
#include "predictors/fitter.hpp"

namespace latpred {

/// overhead + factor x ms_per_factor(device); kind "factor-latency". One order of networks on all
/// devices.
class FactorLatency final : public Predictor {
  public:
    /// DataError for numbers as of `check`; ConfigError for an overhead that is negative or not
    /// finite. `name` is the device's.
    FactorLatency(PredictorPtr factors, const DeviceNumbers& device, const std::string& name,
                  double overhead_ms);

    [[nodiscard]] const PredictorPtr& factors() const { return factors_; }
    [[nodiscard]] const DeviceNumbers& device() const { return device_; }
    [[nodiscard]] double overhead_ms() const { return overhead_ms_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    PredictorPtr factors_;
    DeviceNumbers device_;
    double overhead_ms_;
};

std::shared_ptr<Predictor> load_factor_latency(const SpacePtr& space, const ModelInfo& info,
                                               const TensorFile& file);

}  // namespace latpred
