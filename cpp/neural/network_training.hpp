// Fitting a stack of layers over networks to latencies: inputs, scaled target, validation rows,
// epochs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "neural/latency_rows.hpp"
#include "neural/stack_model.hpp"
#include "neural/stack_training.hpp"

namespace latpred {

/// What a training of one predictor differs by from that of another.
struct NetworkPlan {
    std::string what;  ///< "graph predictor", as messages begin
    LossSettings loss;
    OptimizerSettings optimizer;
    ScheduleSettings schedule;
    LoopSettings loop;  ///< its seed also draws weights and validation rows
    double validation_share = 0;
    bool equal_lengths = false;  ///< minibatches of networks with as many nodes
    /// Learnt from the networks that are fitted.
    std::function<NetworkInputPtr(const Architectures& fitted)> input;
    std::function<std::string(const NetworkInput& input)> layers;  ///< for LayerStack
    /// From the latencies of the rows fitted and of those that judge epochs; may change the loss,
    /// which is of scaled targets.
    std::function<OutputScale(std::span<const double> fitted, std::span<const double> judged,
                              const StackData& data, LossSettings& loss)>
        target;
    double most_ms = 0;   ///< latencies that are fitted count as no more; 0: as they are
    std::string context;  ///< what else checkpoints must agree on
};

class NetworkTraining {
  public:
    /// Rows are put in canonical order; see `judged_rows`, whose errors this throws, and
    /// ConfigError for settings out of range.
    NetworkTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                    NetworkPlan plan, int threads = 1);
    NetworkTraining(const NetworkTraining&) = delete;
    NetworkTraining& operator=(const NetworkTraining&) = delete;

    /// One epoch; false where none is left. See TrainingLoop::run_epoch.
    bool run_epoch(Monitor& monitor);

    [[nodiscard]] const TrainingLoop& loop() const { return training_->loop(); }
    [[nodiscard]] TrainingLoop& loop() { return training_->loop(); }
    [[nodiscard]] std::size_t rows() const { return data_.rows; }
    [[nodiscard]] std::size_t validation_rows() const { return validation_.truth.size(); }

  protected:
    /// Of the best (or last) epoch; the training is over then.
    [[nodiscard]] LayerStack finished_stack();
    [[nodiscard]] const SpacePtr& space() const { return space_; }
    [[nodiscard]] const NetworkInputPtr& input() const { return input_; }
    [[nodiscard]] OutputScale target() const { return target_; }

  private:
    void set_validation(LatencyRows judged, int threads);
    [[nodiscard]] std::vector<float> scaled_targets(std::span<const double> latency,
                                                    double most_ms) const;

    SpacePtr space_;
    NetworkInputPtr input_;
    std::optional<LayerStack> stack_;
    StackData data_;
    OutputScale target_;
    StackData judged_;
    Validation validation_;
    std::unique_ptr<StackTraining> training_;
};

/// Nodes of a graph, in the mean.
double nodes_a_graph(const GraphBatch& graphs);

}  // namespace latpred
