#include "neural/graph_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "encodings/space_graphs.hpp"

namespace latpred {
namespace {

constexpr std::size_t judged_at_once = 256;  // graphs of the validation set between polls

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
    stack_->check(data_);
    scale_targets(fitted.latency, settings_.readout == "sum" ? nodes_a_graph(*data_.graphs) : 1);
    if (judged) {
        judged_ = scaling_->apply(space_graphs(judged->archs, settings_.level, threads));
        validation_.truth = std::move(judged->latency);
        validation_.predict = [this](std::span<double> out) {
            std::ranges::copy(outputs_of(*stack_, judged_, shift_, scale_, judged_at_once),
                              out.begin());
        };
    }
    settings_.loop.context =
        graph_context(settings_, stack_->description(), fitted, validation_.truth);
    loop_ = std::make_unique<TrainingLoop>(stack_->parameters(), settings_.optimizer,
                                           settings_.schedule, settings_.loop, this->rows());
}

void GraphTraining::scale_targets(std::span<const double> latency, double summed) {
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
    for (const double value : latency)
        targets_.push_back(static_cast<float>((value - shift_) / scale_));
}

double GraphTraining::step(std::span<const std::uint32_t> rows) {
    wanted_.clear();
    for (const std::uint32_t row : rows)
        wanted_.push_back(targets_[row]);
    const DropoutSeed dropout{settings_.loop.seed, loop_->history().size()};
    return stack_->step(data_, rows, dropout,
                        [this](std::span<const float> outputs, std::span<float> slopes) {
                            return loss_and_gradient(settings_.loss, outputs, wanted_, slopes);
                        });
}

bool GraphTraining::run_epoch(Monitor& monitor) {
    return loop_->run_epoch([this](std::span<const std::uint32_t> rows) { return step(rows); },
                            validation_, monitor);
}

std::shared_ptr<GraphModel> GraphTraining::model(ModelInfo info) {
    loop_->finish();
    return std::make_shared<GraphModel>(space_, std::move(info), settings_.level, *scaling_,
                                        std::move(*stack_), shift_, scale_);
}

}  // namespace latpred
