// Additive x device: block tables that several devices share, and deviations of each device.
#pragma once

#include "base/monitor.hpp"
#include "predictors/hardware.hpp"

namespace latpred {

struct HardwareAdditiveOptions {
    double huber = 1.0;       ///< as of the additive predictor; 0: squares
    int evidence_rows = 384;  ///< rows of all devices together that give the layers' variances
};

/// Weights of the features of the block layout, relative to a device's mean latency.
struct HardwareWeights {
    Eigen::VectorXd shared;      ///< F
    Eigen::MatrixXd deviations;  ///< F x D
};

class HardwareAdditive final : public HardwareModel {
  public:
    HardwareAdditive(const SpacePtr& space, ModelInfo info, HardwareTable table,
                     Eigen::VectorXd means, HardwareWeights weights);

    [[nodiscard]] const HardwareWeights& weights() const { return weights_; }
    void store(TensorFile& file) const override;

  protected:
    [[nodiscard]] PredictorPtr known(std::size_t device, ModelInfo info) const override;
    [[nodiscard]] PredictorPtr unknown(const Eigen::VectorXd& scaled, double mean,
                                       ModelInfo info) const override;

  private:
    [[nodiscard]] PredictorPtr table_of(const Eigen::VectorXd& weights, ModelInfo info) const;

    HardwareWeights weights_;
};

/// D x D correlations of the devices' deviations: half linear in the scaled parameters, half the
/// device's own.
Eigen::MatrixXd device_correlations(const Eigen::MatrixXd& scaled);

/// Latency / the device's mean = features x (shared + deviations of the device), each under the
/// layered prior of the additive predictor, the deviations correlated by hardware. Layer variances
/// by marginal likelihood, strength by generalised cross-validation, Huber's loss with a robust
/// deviation of each device.
std::shared_ptr<HardwareAdditive> fit_hardware_additive(const HardwareTable& table,
                                                        const HardwareRows& rows,
                                                        const HardwareAdditiveOptions& options,
                                                        ModelInfo info,
                                                        Monitor& monitor = Monitor::current());

PredictorPtr load_hardware_additive(const SpacePtr& space, const ModelInfo& info,
                                    const TensorFile& file);

}  // namespace latpred
