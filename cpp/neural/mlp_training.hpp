// Fitting a perceptron to latencies: features, scaled target, validation rows, epochs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "neural/mlp_network.hpp"
#include "neural/mlp_objective.hpp"
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

/// Rows of latencies in ms.
struct LatencyRows {
    Architectures archs;
    std::vector<double> latency;
};

class MlpTraining {
  public:
    /// Below 20 rows no validation rows are taken from them. DataError for no rows, another number
    /// of latencies or such that are not positive and finite; SchemaError for validation rows of
    /// another space; ConfigError for settings out of range.
    MlpTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                MlpSettings settings);
    MlpTraining(const MlpTraining&) = delete;
    MlpTraining& operator=(const MlpTraining&) = delete;

    /// One epoch; false where none is left. See TrainingLoop::run_epoch.
    bool run_epoch(Monitor& monitor);

    [[nodiscard]] const TrainingLoop& loop() const { return *loop_; }
    [[nodiscard]] TrainingLoop& loop() { return *loop_; }
    [[nodiscard]] std::size_t rows() const { return targets_.size(); }
    [[nodiscard]] std::size_t validation_rows() const { return validation_.truth.size(); }

    /// The model of the best (or last) epoch, in ms. Scales are folded into its weights.
    [[nodiscard]] std::shared_ptr<MlpObjective> model(ModelInfo info);

    /// Loss and gradients of these rows, in the form of the layers; ConfigError for a
    /// row that does not exist.
    [[nodiscard]] double gradients_of(std::span<const std::uint32_t> rows,
                                      std::vector<DenseLayer>& gradients);
    [[nodiscard]] std::vector<DenseLayer> layers() const;

  private:
    void choose_scale(std::span<const double> latency);
    double step(std::span<const std::uint32_t> rows);
    void predict_validation(std::span<double> predicted);

    SpacePtr space_;
    MlpSettings settings_;
    std::unique_ptr<MlpInput> input_;
    std::unique_ptr<MlpInput> validation_input_;
    std::vector<float> targets_;  ///< scaled
    Validation validation_;
    double shift_ = 0;
    double scale_ = 1;
    std::unique_ptr<MlpNetwork> network_;
    std::unique_ptr<TrainingLoop> loop_;
    std::vector<float> outputs_, wanted_, slopes_;  ///< of a minibatch
};

}  // namespace latpred
