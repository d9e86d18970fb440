// HELP's modulator: how a device's reference latencies change the meta-learner's last layers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "neural/layer_stack.hpp"
#include "training/parameters.hpp"

namespace latpred {

/// Sizes of a perceptron device -> 10 -> 2 x values, of which one half are means, the other
/// deviations before softplus.
struct HelpModulatorShape {
    std::size_t device = 0;  ///< reference latencies
    std::size_t values = 0;  ///< 3 x (2 x width + 1): weights of three layers, then their biases
    static constexpr std::size_t hidden = 10;

    /// Names "modulator.0.weight", ….
    [[nodiscard]] std::vector<Parameters::Tensor> tensors() const;
};

/// Views of the four tensors, row-major outputs x inputs.
struct HelpModulatorTensors {
    std::span<float> first_weight, first_bias, second_weight, second_bias;
};

/// One draw of the modulation, and what its gradient needs.
struct HelpDraw {
    std::vector<double> hidden, mean, deviation, slope;  ///< slope of softplus
    std::vector<double> noise, z;
    double kl = 0;  ///< distance of N(mean, deviation) from N(0, 1)
};

/// z = mean + deviation x noise.
HelpDraw draw_modulation(const HelpModulatorShape& shape, const HelpModulatorTensors& p,
                         std::span<const float> device, std::vector<double> noise);

/// Adds to the gradients those of (a loss with slopes `z` in z) + kl_weight x kl.
void modulator_gradients(const HelpModulatorShape& shape, const HelpModulatorTensors& p,
                         std::span<const float> device, const HelpDraw& draw,
                         std::span<const double> z, double kl_weight,
                         const HelpModulatorTensors& gradients);

/// The weights and biases of "fc3", "fc4", "fc5" of a stack: weights are multiplied by 1 + scale z
/// of their input, biases get scale z of their layer.
class HelpModulation {
  public:
    HelpModulation(const LayerStack& stack, std::size_t width, double scale);

    void apply(std::span<const double> z, std::span<float> parameters) const;
    /// `slopes` in the modulated parameters become those in the given ones, of value
    /// `parameters`; the slopes in z.
    [[nodiscard]] std::vector<double> back(std::span<const double> z,
                                           std::span<const float> parameters,
                                           std::span<float> slopes) const;

  private:
    struct Place {
        std::size_t weight, bias, outputs;  ///< offsets in the block
    };

    std::vector<Place> places_;
    std::size_t inputs_;
    double scale_;
};

}  // namespace latpred
