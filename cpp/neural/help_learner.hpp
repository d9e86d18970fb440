// HELP's meta-learner: weights, their learned rates and the modulator; adapting to a device, and
// the gradient through it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/help_modulator.hpp"
#include "neural/help_settings.hpp"
#include "neural/layer_stack.hpp"

namespace latpred {

/// A device as the learner sees it: networks to adapt to, scaled latencies, reference latencies.
struct HelpTask {
    StackData support, query;
    std::vector<float> support_target, query_target;
    std::vector<float> device;
    std::vector<double> noise;  ///< of the modulation
    double kl_weight = 0;
};

class HelpLearner {
  public:
    /// First values by the seed.
    HelpLearner(const HelpSettings& settings, const std::string& layers, std::uint64_t seed);

    /// "theta" and "rates", each laid out as the parameters of a stack, then the modulator's.
    [[nodiscard]] const Parameters& parameters() const { return parameters_; }
    [[nodiscard]] const HelpSettings& settings() const { return settings_; }
    /// A stack of these layers; its weights are nobody's.
    [[nodiscard]] LayerStack stack() const { return LayerStack(layers_); }
    /// Numbers that are learned.
    [[nodiscard]] std::size_t count() const;
    /// Of the noise of a modulation.
    [[nodiscard]] std::size_t noises() const { return shape_.values; }

    /// Leaves in `stack` the weights adapted to the task's support.
    void adapt(const HelpTask& task, LayerStack& stack) const;

    /// Loss of the task's query after adapting, plus the weighted distance; adds `share` of its
    /// gradient to `gradients`, laid out as `parameters()`. `stack` is room to work in.
    double add_gradient(const HelpTask& task, LayerStack& stack, double share,
                        std::span<float> gradients) const;

  private:
    struct Trail;  ///< weights and slopes of each step

    [[nodiscard]] std::span<float> of(std::size_t tensor, std::span<float> block) const;
    [[nodiscard]] HelpModulatorTensors modulator(std::span<float> block) const;
    [[nodiscard]] HelpDraw drawn(const HelpTask& task) const;
    void descend(const HelpTask& task, LayerStack& stack, Trail* trail) const;
    void climb_back(const HelpTask& task, LayerStack& stack, const Trail& trail,
                    std::span<float> slopes, std::span<float> of_rates) const;

    HelpSettings settings_;
    std::string layers_;
    std::size_t weights_;  ///< floats of a stack's block
    HelpModulatorShape shape_;
    Parameters parameters_;
    HelpModulation modulation_;
};

}  // namespace latpred
