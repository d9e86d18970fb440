// What a predictor over graphs is made of.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "training/loop.hpp"
#include "training/loss.hpp"

namespace latpred {

/// Of latpred.GraphPredictor.
struct GraphSettings {
    std::string level = "places";             ///< of the graphs' nodes; see space_graphs.hpp
    std::string layer = "dense-graph-flow";   ///< or "attention", "gcn", "gin", "gru",
                                              ///< "graph-conv"
    std::vector<std::size_t> hidden{64, 64};  ///< widths of the graph layers
    std::size_t head = 64;                    ///< units of the perceptron behind them
    std::string readout = "sum";              ///< or "mean", "last"
    double dropout = 0;                       ///< share of the head's units dropped in training
    LossSettings loss;
    OptimizerSettings optimizer{.learning_rate = 3e-3, .weight_decay = 0.01};
    ScheduleSettings schedule{.warmup = 0.05};
    LoopSettings loop{.epochs = 60,
                      .context = {}};  ///< its seed also draws weights and validation rows
    bool scale_target = true;          ///< standardise latencies ("relative": divide by the mean)
    double validation_share = 0.05;    ///< of the rows, where no validation rows are given
};

/// ConfigError naming the setting.
void check_graph_settings(const GraphSettings& settings);

/// The layers as a description for LayerStack, over nodes of so many features and so many costs of
/// whole graphs: a linear layer, the graph layers, a perceptron of what both and the costs give,
/// read out over the nodes; beside it a linear layer of the costs. Of "graph-conv" instead the
/// layers over the features themselves, read out, and a perceptron and a line of that.
std::string stack_of(const GraphSettings& settings, std::size_t features, std::size_t costs);

}  // namespace latpred
