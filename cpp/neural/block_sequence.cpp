#include "neural/block_sequence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

constexpr std::array<std::string_view, 3> sequence_readouts{"last", "mean", "sum"};
constexpr std::array<std::string_view, 2> sequence_initials{"block-profiling", "pytorch"};
constexpr std::size_t widest_sequence = 4096;

[[noreturn]] void refuse_sequence(const std::string& what) {
    throw ConfigError(message("block sequence predictor: ", what, " expected"));
}

template <class Names>
void check_choice(const char* setting, const std::string& name, const Names& known) {
    if (std::ranges::find(known, name) == known.end()) {
        throw ConfigError(message("block sequence predictor: ", setting, " '", excerpt(name),
                                  "', one of ", join(known), " expected",
                                  did_you_mean(name, known)));
    }
}

LatencyRows at_most(const LatencyRows& rows, std::size_t most) {
    if (most == 0)
        return rows;
    const TrainingRows ordered = canonical_rows(rows.archs, rows.latency);
    const std::vector<std::size_t> kept = thinned(ordered.archs, most);
    std::vector<double> latency;
    for (const std::size_t row : kept)
        latency.push_back(ordered.values[row]);
    return {ordered.archs.select(kept), std::move(latency)};
}

/// The published scale: latencies as shares of the largest.
OutputScale sequence_target(double most_ms, std::span<const double> fitted,
                            std::span<const double> judged, double summed) {
    double largest = 0;
    for (const auto& values : {fitted, judged}) {
        for (const double value : values)
            largest = std::max(largest, value);
    }
    return {0, (most_ms > 0 ? std::min(most_ms, largest) : largest) / summed};
}

NetworkPlan sequence_plan(const BlockSequenceSettings& settings) {
    check_block_sequence(settings);
    NetworkPlan plan{.what = "block sequence predictor",
                     .loss = settings.loss,
                     .optimizer = settings.optimizer,
                     .schedule = settings.schedule,
                     .loop = settings.loop,
                     .validation_share = settings.validation_share,
                     .equal_lengths = settings.equal_lengths,
                     .input = {},
                     .layers = {},
                     .target = {},
                     .most_ms = settings.most_ms,
                     .context = message(settings.most_ms, ' ', settings.scale_target, ' ',
                                        settings.equal_lengths)};
    plan.input = [](const Architectures& fitted) {
        return std::make_shared<const BlockSequenceInput>(fitted);
    };
    plan.target = [settings](std::span<const double> fitted, std::span<const double> judged,
                             const StackData& data, LossSettings& loss) {
        if (!settings.scale_target)
            return OutputScale{};
        const double summed = settings.readout == "sum" ? nodes_a_graph(*data.graphs) : 1;
        loss.beta *= summed;
        loss.margin *= summed;
        return sequence_target(settings.most_ms, fitted, judged, summed);
    };
    plan.layers = [settings](const NetworkInput& input) {
        return block_sequence_stack(
            settings, dynamic_cast<const BlockSequenceInput&>(input).operations().size());
    };
    return plan;
}

}  // namespace

void check_block_sequence(const BlockSequenceSettings& settings) {
    check_choice("readout", settings.readout, sequence_readouts);
    check_choice("initial", settings.initial, sequence_initials);
    for (const auto& [name, width] :
         {std::pair{"embedding", settings.embedding}, std::pair{"shape", settings.shape},
          std::pair{"hidden", settings.hidden}}) {
        if (width == 0 || width > widest_sequence)
            refuse_sequence(message(name, " ", width, ", from 1 to ", widest_sequence));
    }
    if (!(settings.dropout >= 0 && settings.dropout < 1))
        refuse_sequence(message("dropout ", settings.dropout, ", from 0 to below 1"));
    if (!(settings.most_ms >= 0) || !std::isfinite(settings.most_ms))
        refuse_sequence(message("most_ms ", settings.most_ms, ", above 0, or 0 for no limit,"));
    if (settings.sigmoid && (settings.readout == "sum" || !settings.scale_target))
        refuse_sequence("sigmoid with the readout mean or last and a scaled target");
    check_loss(settings.loss);
}

std::string block_sequence_stack(const BlockSequenceSettings& settings, std::size_t operations) {
    std::vector<std::string> layers{
        message(R"({"kind": "embedding", "name": "operation", "from": "nodes", "columns": [0], )",
                R"("count": )", operations, R"(, "width": )", settings.embedding, "}"),
        R"({"kind": "columns", "name": "shapes", "from": "nodes", "columns": [1, 2, 3, 4, 5, 6]})",
        message(R"({"kind": "linear", "name": "shape", "width": )", settings.shape, "}"),
        R"({"kind": "concat", "name": "block", "from": ["operation", "shape"]})",
        message(R"({"kind": "gru", "name": "sequence", "bidirectional": true, "width": )",
                settings.hidden, R"(, "output": ")", settings.readout == "last" ? "last" : "all",
                R"("})")};
    if (settings.readout != "last")
        layers.push_back(message(R"({"kind": ")", settings.readout, R"(", "name": "read"})"));
    layers.push_back(
        message(R"({"kind": "dropout", "name": "dropped", "rate": )", settings.dropout, "}"));
    layers.push_back(message(R"({"kind": "linear", "name": "latency", "width": 1, "activation": ")",
                             settings.sigmoid ? "sigmoid" : "none", R"("})"));
    return message(R"({"inputs": {"nodes": )", BlockSequenceInput::features, R"(}, "initial": ")",
                   settings.initial, R"(", "layers": [)", join(layers), "]}");
}

BlockSequenceTraining::BlockSequenceTraining(const LatencyRows& rows,
                                             const std::optional<LatencyRows>& validation,
                                             const BlockSequenceSettings& settings, int threads)
    : NetworkTraining(at_most(rows, settings.most_rows), validation, sequence_plan(settings),
                      threads) {}

std::shared_ptr<StackModel> BlockSequenceTraining::model(ModelInfo info) {
    LayerStack layers = finished_stack();
    return std::make_shared<StackModel>(space(), std::move(info), input(), std::move(layers),
                                        target());
}

std::shared_ptr<Predictor> load_block_sequence(const SpacePtr& space, const ModelInfo& info,
                                               const TensorFile& file) {
    const OutputScale target = load_output_scale(file);
    return std::make_shared<StackModel>(space, info, BlockSequenceInput::load(space, file),
                                        LayerStack::load(file), target);
}

}  // namespace latpred
