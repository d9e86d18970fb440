// Fitting layers over graphs to latencies: graphs, scaled target, validation rows, epochs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "neural/graph_model.hpp"
#include "neural/graph_settings.hpp"
#include "neural/latency_rows.hpp"
#include "neural/stack_training.hpp"

namespace latpred {

class GraphTraining {
  public:
    /// Rows are put in canonical order; see `judged_rows`, whose errors this throws, and
    /// ConfigError for settings out of range. `threads` draw the graphs.
    GraphTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                  GraphSettings settings, int threads = 1);
    GraphTraining(const GraphTraining&) = delete;
    GraphTraining& operator=(const GraphTraining&) = delete;

    /// One epoch; false where none is left. See TrainingLoop::run_epoch.
    bool run_epoch(Monitor& monitor);

    [[nodiscard]] const TrainingLoop& loop() const { return training_->loop(); }
    [[nodiscard]] TrainingLoop& loop() { return training_->loop(); }
    [[nodiscard]] std::size_t rows() const { return data_.rows; }
    [[nodiscard]] std::size_t validation_rows() const { return validation_.truth.size(); }

    /// The model of the best (or last) epoch, in ms; the training is over then.
    [[nodiscard]] std::shared_ptr<GraphModel> model(ModelInfo info);

  private:
    /// The scaled targets. `summed`: outputs that are added up to a value.
    std::vector<float> scale_targets(std::span<const double> latency, double summed);

    SpacePtr space_;
    GraphSettings settings_;
    std::optional<GraphScaling> scaling_;
    std::optional<LayerStack> stack_;
    StackData data_;
    double shift_ = 0;
    double scale_ = 1;
    StackData judged_;
    Validation validation_;
    std::unique_ptr<StackTraining> training_;
};

}  // namespace latpred
