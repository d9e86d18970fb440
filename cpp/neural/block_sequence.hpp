// The predictor that reads a network as the sequence of its blocks (Mills et al., CIKM 2021).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "neural/block_sequence_input.hpp"
#include "neural/network_fitter.hpp"
#include "neural/network_training.hpp"

namespace latpred {

/// Of latpred.BlockSequencePredictor.
struct BlockSequenceSettings {
    std::size_t embedding = 112;   ///< numbers that stand for an operation
    std::size_t shape = 16;        ///< numbers that a linear layer makes of a block's shapes
    std::size_t hidden = 512;      ///< of the recurrent layer, each way
    std::string readout = "mean";  ///< over the positions, or "sum", or "last" of them
    double dropout = 0.5;          ///< share of what is read out, dropped in training
    bool sigmoid = false;          ///< whether the output goes through one
    std::string initial = "block-profiling";  ///< or "pytorch": how first weights are drawn
    bool equal_lengths = true;                ///< minibatches of networks with as many blocks
    double most_ms = 0;         ///< latencies above count as this; 0: the largest of the rows
    std::size_t most_rows = 0;  ///< fits to no more rows, drawn by hash; 0: to all
    LossSettings loss{.name = "mse"};
    OptimizerSettings optimizer{.name = "adam"};
    ScheduleSettings schedule{.name = "constant"};
    LoopSettings loop{
        .epochs = 50, .batch_size = 16, .clip_norm = 5, .criterion = "mape", .context = {}};
    bool scale_target = true;        ///< latencies as shares of the largest
    double validation_share = 0.05;  ///< of the rows, where no validation rows are given
};

/// ConfigError naming the setting.
void check_block_sequence(const BlockSequenceSettings& settings);

/// The layers as a description for LayerStack, over sequences of so many operations.
std::string block_sequence_stack(const BlockSequenceSettings& settings, std::size_t operations);

class BlockSequenceTraining final : public NetworkTraining {
  public:
    /// As NetworkTraining; ConfigError for a space without blocks.
    BlockSequenceTraining(const LatencyRows& rows, const std::optional<LatencyRows>& validation,
                          const BlockSequenceSettings& settings, int threads = 1);

    /// The model of the best (or last) epoch, in ms; the training is over then.
    [[nodiscard]] std::shared_ptr<StackModel> model(ModelInfo info);
};

/// See latpred.BlockSequencePredictor.
struct BlockSequenceKind {
    using Settings = BlockSequenceSettings;
    using Training = BlockSequenceTraining;
    static constexpr const char* name = "block-sequence";

    template <class S, class Visit>
    static void visit(S& s, Visit&& visit) {
        visit("embedding", s.embedding);
        visit("shape", s.shape);
        visit("hidden", s.hidden);
        visit("readout", s.readout);
        visit("dropout", s.dropout);
        visit("sigmoid", s.sigmoid);
        visit("initial", s.initial);
        visit("equal_lengths", s.equal_lengths);
        visit("most_ms", s.most_ms);
        visit("most_rows", s.most_rows);
        for_each_training_setting(s, visit);
    }
};
using BlockSequenceFitter = NetworkFitter<BlockSequenceKind>;

/// CorruptionError; SchemaError where the space has other operations now.
std::shared_ptr<Predictor> load_block_sequence(const SpacePtr& space, const ModelInfo& info,
                                               const TensorFile& file);

}  // namespace latpred
