// A stack of layers in the training loop.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/layer_stack.hpp"
#include "training/loop.hpp"
#include "training/loss.hpp"

namespace latpred {

/// Trains a stack of one output for the targets of its data's rows. Dropout follows from the loop's
/// seed and the epoch, so that a training continued from a checkpoint gives the same to the bit.
class StackTraining {
  public:
    /// Keeps references: stack and data must live longer. ConfigError for settings out of range or
    /// more outputs than one, DataError for data that do not fit or targets that are not finite.
    StackTraining(LayerStack& stack, const StackData& data, std::vector<float> targets,
                  LossSettings loss, const OptimizerSettings& optimizer, ScheduleSettings schedule,
                  const LoopSettings& loop);

    /// See TrainingLoop.
    bool run_epoch(const Validation& validation, Monitor& monitor);

    [[nodiscard]] TrainingLoop& loop() { return loop_; }
    [[nodiscard]] const TrainingLoop& loop() const { return loop_; }

  private:
    double step(std::span<const std::uint32_t> rows);

    LayerStack& stack_;
    const StackData& data_;
    std::vector<float> targets_;
    LossSettings loss_;
    std::uint64_t seed_;
    TrainingLoop loop_;
    std::vector<float> wanted_;  ///< of a minibatch
};

/// The only output of all rows of the data (`check` them first), in minibatches on `threads`
/// threads, which do not change results. Polls the current monitor. ConfigError for more outputs
/// than one, or other than a value a row.
void predict_rows(const LayerStack& stack, const StackData& data, std::span<double> values,
                  int threads = 1);

}  // namespace latpred
