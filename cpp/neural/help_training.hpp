// HELP's meta-training: episodes of source devices.
#pragma once

#include <memory>
#include <vector>

#include "neural/help_input.hpp"
#include "neural/help_learner.hpp"
#include "neural/help_sources.hpp"
#include "training/loop.hpp"

namespace latpred {

/// Can be left after any episode and continued from a checkpoint with the same result to the bit,
/// whatever the number of threads: an episode depends on the seed and its number only.
class HelpTraining {
  public:
    /// Throws as `help_sources` and `check_help`.
    HelpTraining(std::span<const DeviceRows> devices, const HelpSettings& settings,
                 const FitContext& context);
    HelpTraining(const HelpTraining&) = delete;
    HelpTraining& operator=(const HelpTraining&) = delete;

    /// One episode; false where none is left. Polls the monitor for each device. TrainingError
    /// where the loss is not finite.
    bool run_episode(Monitor& monitor);

    [[nodiscard]] std::size_t episodes() const { return settings_.episodes; }
    /// Episodes are its epochs.
    [[nodiscard]] TrainingLoop& loop() { return *loop_; }
    [[nodiscard]] const TrainingLoop& loop() const { return *loop_; }
    [[nodiscard]] const std::shared_ptr<const HelpLearner>& learner() const { return learner_; }
    [[nodiscard]] const std::shared_ptr<const HelpSources>& sources() const { return sources_; }

  private:
    [[nodiscard]] HelpTask task_of(std::size_t device, std::size_t episode) const;
    double episode(std::size_t number, Monitor& monitor);

    HelpSettings settings_;
    std::uint64_t seed_;
    int threads_;
    std::shared_ptr<const HelpSources> sources_;
    HelpInput input_;
    std::shared_ptr<const HelpLearner> learner_;
    std::vector<LayerStack> rooms_;  ///< a stack for each device of an episode
    std::unique_ptr<TrainingLoop> loop_;
};

/// Noise of modulation number `draw`.
std::vector<double> modulation_noise(std::uint64_t seed, std::string_view purpose,
                                     std::uint64_t draw, std::size_t count);

}  // namespace latpred
