// Fitting a perceptron to latencies: features, scaled target, validation rows, epochs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "neural/latency_rows.hpp"
#include "neural/mlp_objective.hpp"
#include "neural/mlp_run.hpp"
#include "training/loop.hpp"
#include "training/loss.hpp"

namespace latpred {

struct MlpSettings {
    std::vector<std::size_t> hidden{400, 400, 400};
    std::string encoding = "one-hot";
    LossSettings loss;
    OptimizerSettings optimizer;
    ScheduleSettings schedule;
    LoopSettings loop;               ///< its seed also draws weights and validation rows
    bool scale_target = true;        ///< standardise latencies ("relative": divide by the mean)
    double validation_share = 0.05;  ///< of the rows, where no validation rows are given
};

class MlpTraining {
  public:
    /// Rows are put in canonical order; validation rows are whole networks, none of fewer than 20
    /// rows. DataError for no rows, another number of latencies or such that are not positive and
    /// finite; SchemaError for validation rows of another space; ConfigError for settings out of
    /// range.
    MlpTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                MlpSettings settings, Monitor& monitor = Monitor::none());
    MlpTraining(const MlpTraining&) = delete;
    MlpTraining& operator=(const MlpTraining&) = delete;

    /// One epoch; false where none is left. See TrainingLoop::run_epoch.
    bool run_epoch(Monitor& monitor);

    [[nodiscard]] const TrainingLoop& loop() const { return *loop_; }
    [[nodiscard]] TrainingLoop& loop() { return *loop_; }
    [[nodiscard]] std::size_t rows() const { return run_->scaled().targets().size(); }
    [[nodiscard]] std::size_t validation_rows() const { return validation_.truth.size(); }

    /// The model of the best (or last) epoch, in ms. Scales are folded into its weights.
    [[nodiscard]] std::shared_ptr<MlpObjective> model(ModelInfo info);

    /// Loss and gradients of these rows, in the form of the layers; ConfigError for a
    /// row that does not exist.
    [[nodiscard]] double gradients_of(std::span<const std::uint32_t> rows,
                                      std::vector<DenseLayer>& gradients);
    [[nodiscard]] std::vector<DenseLayer> layers() const;

  private:
    [[nodiscard]] MlpNetwork& network() { return run_->scaled().network(); }

    SpacePtr space_;
    MlpSettings settings_;
    std::unique_ptr<MlpRun> run_;
    std::unique_ptr<MlpInput> validation_input_;
    Validation validation_;
    std::unique_ptr<TrainingLoop> loop_;
};

}  // namespace latpred
