// MLP x device: one perceptron over architecture and scaled hardware parameters.
#pragma once

#include <optional>

#include "base/monitor.hpp"
#include "neural/mlp.hpp"
#include "predictors/hardware.hpp"

namespace latpred {

struct HardwareMlpOptions {
    std::vector<std::size_t> hidden{400, 400, 400};
    std::string encoding = "one-hot+cost-features";
    std::size_t epochs = 40;
    std::size_t batch_size = 64;
    double learning_rate = 2e-3;
    double weight_decay = 0.3;
    double validation_share = 0.05;  ///< of the architectures, on all devices at once
    std::uint64_t seed = 0;
};

/// Inputs: the encoding, then the H scaled parameters; output: latency / the device's mean. For one
/// device the parameters are constants, so its model is a plain perceptron.
class HardwareMlp final : public HardwareModel {
  public:
    /// ConfigError where the layers do not fit the encoding and the table.
    HardwareMlp(const SpacePtr& space, ModelInfo info, HardwareTable table, Eigen::VectorXd means,
                std::vector<DenseLayer> layers, std::string encoding);

    void store(TensorFile& file) const override;

  protected:
    [[nodiscard]] PredictorPtr known(std::size_t device, ModelInfo info) const override;
    [[nodiscard]] PredictorPtr unknown(const Eigen::VectorXd& scaled, double mean,
                                       ModelInfo info) const override;

  private:
    std::vector<DenseLayer> layers_;
    std::string encoding_;
};

/// AdamW with smooth-L1 and a cosine; the epoch of the least relative error on architectures that
/// no device trains on is kept. Throws as `fit_hardware_additive`, and TrainingError.
std::shared_ptr<HardwareMlp> fit_hardware_mlp(const HardwareTable& table, const HardwareRows& rows,
                                              const HardwareMlpOptions& options, ModelInfo info,
                                              Monitor& monitor);

PredictorPtr load_hardware_mlp(const SpacePtr& space, const ModelInfo& info,
                               const TensorFile& file);

}  // namespace latpred
