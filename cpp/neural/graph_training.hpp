// Fitting layers over graphs to latencies.
#pragma once

#include <memory>
#include <optional>

#include "neural/graph_model.hpp"
#include "neural/graph_settings.hpp"
#include "neural/network_training.hpp"

namespace latpred {

class GraphTraining final : public NetworkTraining {
  public:
    /// As NetworkTraining. `threads` draw the graphs.
    GraphTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                  GraphSettings settings, int threads = 1);

    /// The model of the best (or last) epoch, in ms; the training is over then.
    [[nodiscard]] std::shared_ptr<GraphModel> model(ModelInfo info);
};

}  // namespace latpred
