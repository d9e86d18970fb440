#include "neural/network_training.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "base/text.hpp"

namespace latpred {
namespace {

/// What a checkpoint depends on beside the loop's settings.
std::string checkpoint_context(const NetworkPlan& plan, const std::string& stack,
                               const LatencyRows& rows, std::span<const double> judged) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(17);
    text << plan.context << ' ' << stack << ' ' << plan.loss.name << ' ' << plan.loss.beta << ' '
         << plan.loss.margin << ' ' << rows_fingerprint(rows, judged);
    return text.str();
}

std::vector<std::uint32_t> lengths_of(const StackData& data) {
    std::vector<std::uint32_t> lengths;
    for (std::size_t row = 0; row < data.rows; ++row)
        lengths.push_back(static_cast<std::uint32_t>(
            data.graphs->width(static_cast<std::size_t>(data.graph[row]))));
    return lengths;
}

}  // namespace

NetworkTraining::NetworkTraining(const LatencyRows& rows,
                                 const std::optional<LatencyRows>& validation, NetworkPlan plan,
                                 int threads)
    : space_(rows.archs.space_ptr()) {
    auto [fitted, judged] =
        judged_rows(rows, validation, plan.validation_share, plan.loop.seed, plan.what);
    input_ = plan.input(fitted.archs);
    data_ = input_->read(fitted.archs, false, threads);
    stack_.emplace(plan.layers(*input_));
    stack_->initialise(plan.loop.seed);
    if (judged)
        set_validation(std::move(*judged), threads);
    const std::string context =
        checkpoint_context(plan, stack_->description(), fitted, validation_.truth);
    target_ = plan.target(fitted.latency, validation_.truth, data_, plan.loss);
    plan.loop.context = context;
    if (plan.equal_lengths)
        plan.loop.groups = lengths_of(data_);
    training_ = std::make_unique<StackTraining>(
        *stack_, data_, scaled_targets(fitted.latency, plan.most_ms), std::move(plan.loss),
        plan.optimizer, std::move(plan.schedule), plan.loop);
}

void NetworkTraining::set_validation(LatencyRows judged, int threads) {
    judged_ = input_->read(judged.archs, false, threads);
    stack_->check(judged_);
    validation_.truth = std::move(judged.latency);
    validation_.predict = [this](std::span<double> out) {
        predict_rows(*stack_, judged_, out);
        for (double& value : out)
            value = target_.shift + target_.scale * value;
    };
}

std::vector<float> NetworkTraining::scaled_targets(std::span<const double> latency,
                                                   double most_ms) const {
    std::vector<float> targets;
    for (const double value : latency) {
        const double counted = most_ms > 0 ? std::min(value, most_ms) : value;
        targets.push_back(static_cast<float>((counted - target_.shift) / target_.scale));
    }
    return targets;
}

bool NetworkTraining::run_epoch(Monitor& monitor) {
    return training_->run_epoch(validation_, monitor);
}

LayerStack NetworkTraining::finished_stack() {
    loop().finish();
    TensorFile copy;  // of the layers: the loop goes on knowing its own
    stack_->store(copy);
    return LayerStack::load(copy);
}

double nodes_a_graph(const GraphBatch& graphs) {
    return static_cast<double>(graphs.node_count()) / static_cast<double>(graphs.graphs());
}

}  // namespace latpred
