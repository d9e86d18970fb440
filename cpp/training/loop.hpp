// Minibatches, epochs, early stopping; whatever is trained comes as closures.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "training/optimizer.hpp"
#include "training/parameters.hpp"
#include "training/schedule.hpp"

namespace latpred {

struct LoopSettings {
    std::size_t epochs = 100;
    std::size_t batch_size = 32;  ///< the last one of an epoch may be smaller
    std::size_t patience = 0;     ///< epochs without a better error before stopping; 0: never stops
    bool keep_best = true;        ///< `finish` goes back to the epoch of the least error
    double clip_norm = 0;         ///< limit of the gradients' norm; 0: none
    /// "mae", "mape", "rmse" or "spearman", over the whole validation set
    std::string criterion = "mae";
    std::uint64_t seed = 0;  ///< of the order of the rows
    std::string context;     ///< what else a checkpoint must agree on, e.g. data and loss
    /// Of each row, e.g. its length: minibatches are of one group each, made once, and only their
    /// order changes from epoch to epoch. Empty: minibatches are drawn anew in each epoch.
    std::vector<std::uint32_t> groups{};
    bool skip_single = false;  ///< a last minibatch of one row, unless it is the only one
};

/// ConfigError for numbers or names out of range.
void check_loop(const LoopSettings& settings);

/// One epoch; errors are of the whole validation set after it, NaN without one.
struct EpochRecord {
    double train_loss = 0;     ///< mean over the rows, each before its minibatch's step
    double learning_rate = 0;  ///< of the last step
    double mae = 0;
    double rmse = 0;
    double spearman = 0;
    double mape = 0;  ///< in percent; NaN where a true value is 0
};

/// Fills the gradients for these rows and returns their mean loss.
using BatchStep = std::function<double(std::span<const std::uint32_t> rows)>;

/// The validation set: true values, and the model's predictions for them as it stands.
struct Validation {
    std::vector<double> truth;
    std::function<void(std::span<double> predicted)> predict;
};

/// A training that can be left after any epoch and continued with the same result to the bit: the
/// state is parameters, optimiser and epoch; the order of the rows depends on seed and epoch only.
class TrainingLoop {
  public:
    /// Keeps a reference: `parameters` must live longer. ConfigError for settings out of range,
    /// DataError for no rows.
    TrainingLoop(const Parameters& parameters, const OptimizerSettings& optimizer,
                 ScheduleSettings schedule, LoopSettings settings, std::size_t rows);

    /// One epoch; false where none is left. Polls the monitor each minibatch; on any exception the
    /// state is that after the last whole epoch. TrainingError where the loss or a prediction is
    /// not finite.
    bool run_epoch(const BatchStep& step, const Validation& validation, Monitor& monitor);

    /// Whether all epochs are done, or patience is out.
    [[nodiscard]] bool finished() const;

    /// Where `keep_best` says so, the parameters of the best epoch.
    void finish();

    [[nodiscard]] const std::vector<EpochRecord>& history() const { return history_; }
    /// From 0; the last one where nothing was validated.
    [[nodiscard]] std::size_t best_epoch() const;
    [[nodiscard]] bool stopped_early() const;

    /// The state as bytes (safetensors layout).
    [[nodiscard]] std::string checkpoint() const;
    /// Continues from there. CorruptionError for damaged bytes, ConfigError for those of a training
    /// with other settings or parameters.
    void restore(const std::string& bytes);

  private:
    double run_batches(const BatchStep& step, Monitor& monitor);
    /// Rows of the minibatches of this epoch.
    [[nodiscard]] std::vector<std::vector<std::uint32_t>> batches() const;
    void judge(const Validation& validation, EpochRecord& record);
    [[nodiscard]] double criterion_of(const EpochRecord& record) const;
    [[nodiscard]] std::size_t steps_per_epoch() const;
    [[nodiscard]] bool skips_last() const;
    [[nodiscard]] std::string fingerprint() const;
    /// Every block of the state, by name.
    [[nodiscard]] std::vector<std::pair<std::string, std::span<float>>> blocks() const;

    const Parameters& parameters_;
    Optimizer optimizer_;
    ScheduleSettings schedule_;
    LoopSettings settings_;
    std::size_t rows_;
    std::vector<std::vector<std::uint32_t>> fixed_;  ///< minibatches of groups
    FloatBlock best_;                                ///< parameters of the best epoch
    std::size_t best_epoch_ = 0;
    bool validated_ = false;
    std::vector<EpochRecord> history_;
};

}  // namespace latpred
