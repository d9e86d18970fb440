#include "neural/graph_training.hpp"

#include <cmath>
#include <numeric>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "encodings/space_graphs.hpp"

namespace latpred {
namespace {

/// What a checkpoint depends on beside the loop's settings.
std::string graph_context(const GraphSettings& settings, const std::string& stack,
                          const LatencyRows& rows, std::span<const double> judged) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(17);
    text << settings.level << ' ' << stack << ' ' << settings.loss.name << ' ' << settings.loss.beta
         << ' ' << settings.loss.margin << ' ' << settings.scale_target << ' '
         << rows_fingerprint(rows, judged);
    return text.str();
}

double nodes_a_graph(const GraphBatch& graphs) {
    return static_cast<double>(graphs.node_count()) / static_cast<double>(graphs.graphs());
}

}  // namespace

GraphTraining::GraphTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                             GraphSettings settings, int threads)
    : space_(rows.archs.space_ptr()), settings_(std::move(settings)) {
    check_graph_settings(settings_);
    auto [fitted, judged] = judged_rows(rows, validation, settings_.validation_share,
                                        settings_.loop.seed, "graph predictor");
    GraphBatch graphs = space_graphs(fitted.archs, settings_.level, threads);
    scaling_.emplace(graphs);
    data_ = scaling_->apply(std::move(graphs));
    stack_.emplace(stack_of(settings_, scaling_->features(), scaling_->costs()));
    stack_->initialise(settings_.loop.seed);
    std::vector<float> targets = scale_targets(
        fitted.latency, settings_.readout == "sum" ? nodes_a_graph(*data_.graphs) : 1);
    if (judged) {
        judged_ = scaling_->apply(space_graphs(judged->archs, settings_.level, threads));
        stack_->check(judged_);
        validation_.truth = std::move(judged->latency);
        validation_.predict = [this](std::span<double> out) {
            predict_rows(*stack_, judged_, out);
            for (double& value : out)
                value = shift_ + scale_ * value;
        };
    }
    settings_.loop.context =
        graph_context(settings_, stack_->description(), fitted, validation_.truth);
    training_ =
        std::make_unique<StackTraining>(*stack_, data_, std::move(targets), settings_.loss,
                                        settings_.optimizer, settings_.schedule, settings_.loop);
}

std::vector<float> GraphTraining::scale_targets(std::span<const double> latency, double summed) {
    if (settings_.scale_target) {
        const auto count = static_cast<double>(latency.size());
        const double mean = std::accumulate(latency.begin(), latency.end(), 0.0) / count;
        double squares = 0;
        for (const double value : latency)
            squares += (value - mean) * (value - mean);
        const double deviation = std::sqrt(squares / count);
        // Relative errors are shares of the latency itself.
        const bool relative = settings_.loss.name == "relative";
        shift_ = relative ? 0 : mean;
        // What is added up over nodes is as large as their number: each then gives what a single
        // output would, and a step of the optimiser moves the sum no further.
        scale_ = (relative || deviation == 0 ? mean : deviation) / summed;
        settings_.loss.beta *= summed;
        settings_.loss.margin *= summed;
    }
    std::vector<float> targets;
    for (const double value : latency)
        targets.push_back(static_cast<float>((value - shift_) / scale_));
    return targets;
}

bool GraphTraining::run_epoch(Monitor& monitor) {
    return training_->run_epoch(validation_, monitor);
}

std::shared_ptr<GraphModel> GraphTraining::model(ModelInfo info) {
    loop().finish();
    TensorFile copy;  // of the layers: the loop goes on knowing its own
    stack_->store(copy);
    return std::make_shared<GraphModel>(space_, std::move(info), settings_.level, *scaling_,
                                        LayerStack::load(copy), shift_, scale_);
}

}  // namespace latpred
