// Training a perceptron from given first layers.
#pragma once

#include "neural/mlp_scaling.hpp"
#include "training/loop.hpp"
#include "training/loss.hpp"

namespace latpred {

class MlpRun {
  public:
    /// As of MlpScaling.
    MlpRun(std::vector<DenseLayer> start, std::vector<float> features,
           std::span<const double> latency, const LossSettings& loss, TargetScale scale,
           bool raw = false);

    /// The loss of these rows, and the network's gradients.
    double step(std::span<const std::uint32_t> rows);

    /// All epochs (with `keep_best`, back to the best one); the history. See TrainingLoop.
    std::vector<EpochRecord> run(const OptimizerSettings& optimizer,
                                 const ScheduleSettings& schedule, const LoopSettings& settings,
                                 const Validation& validation, Monitor& monitor);

    [[nodiscard]] MlpScaling& scaled() { return scaled_; }
    [[nodiscard]] const MlpScaling& scaled() const { return scaled_; }

  private:
    LossSettings loss_;
    MlpScaling scaled_;
    std::vector<float> outputs_, wanted_, slopes_;  ///< of a minibatch
};

}  // namespace latpred
