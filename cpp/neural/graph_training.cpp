#include "neural/graph_training.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "base/text.hpp"

namespace latpred {
namespace {

/// `summed`: outputs that are added up to a value.
OutputScale graph_target(std::span<const double> latency, double summed, LossSettings& loss) {
    const auto count = static_cast<double>(latency.size());
    const double mean = std::accumulate(latency.begin(), latency.end(), 0.0) / count;
    double squares = 0;
    for (const double value : latency)
        squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / count);
    // Relative errors are shares of the latency itself.
    const bool relative = loss.name == "relative";
    // What is added up over nodes is as large as their number: each then gives what a single
    // output would, and a step of the optimiser moves the sum no further.
    loss.beta *= summed;
    loss.margin *= summed;
    return {relative ? 0 : mean, (relative || deviation == 0 ? mean : deviation) / summed};
}

NetworkPlan graph_plan(GraphSettings settings, int threads) {
    check_graph_settings(settings);
    NetworkPlan plan{.what = "graph predictor",
                     .loss = settings.loss,
                     .optimizer = settings.optimizer,
                     .schedule = settings.schedule,
                     .loop = settings.loop,
                     .validation_share = settings.validation_share,
                     .equal_lengths = false,
                     .input = {},
                     .layers = {},
                     .target = {},
                     .most_ms = 0,
                     .context = message(settings.level, ' ', settings.scale_target)};
    plan.input = [level = settings.level, threads](const Architectures& fitted) {
        return std::make_shared<const GraphInput>(level, fitted, threads);
    };
    plan.target = [sum = settings.readout == "sum", scaled = settings.scale_target](
                      std::span<const double> fitted, std::span<const double> /*judged*/,
                      const StackData& data, LossSettings& loss) {
        return scaled ? graph_target(fitted, sum ? nodes_a_graph(*data.graphs) : 1, loss)
                      : OutputScale{};
    };
    plan.layers = [settings = std::move(settings)](const NetworkInput& input) {
        const auto widths = input.widths();
        return stack_of(settings, static_cast<std::size_t>(widths.at("nodes")),
                        static_cast<std::size_t>(widths.at("costs")));
    };
    return plan;
}

}  // namespace

GraphTraining::GraphTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                             GraphSettings settings, int threads)
    : NetworkTraining(rows, validation, graph_plan(std::move(settings), threads), threads) {}

std::shared_ptr<GraphModel> GraphTraining::model(ModelInfo info) {
    LayerStack layers = finished_stack();
    return std::make_shared<GraphModel>(space(), std::move(info),
                                        std::static_pointer_cast<const GraphInput>(input()),
                                        std::move(layers), target());
}

}  // namespace latpred
