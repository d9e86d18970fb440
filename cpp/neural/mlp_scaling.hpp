// A perceptron in ms over raw features, as a network over standardised features and targets.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "neural/mlp_input.hpp"
#include "neural/mlp_network.hpp"

namespace latpred {

/// What latencies are divided by: nothing, their mean, or, after the mean is taken off, their
/// deviation.
enum class TargetScale : std::uint8_t { none, mean, deviation };

/// Holds network, rows and targets of a training that starts from given layers. The scales go into
/// the first and the last layer at the start and out of them at the end.
class MlpScaling {
  public:
    /// `features`: N x inputs; standardised where they are no bits, unless `raw`. `latency`: N.
    MlpScaling(std::vector<DenseLayer> layers, std::vector<float> features,
               std::span<const double> latency, TargetScale scale, bool raw = false);

    [[nodiscard]] MlpNetwork& network() { return *network_; }
    [[nodiscard]] const MlpNetwork& network() const { return *network_; }
    [[nodiscard]] const MlpInput& input() const { return *input_; }
    [[nodiscard]] const std::vector<float>& targets() const { return targets_; }

    /// Other rows, standardised alike.
    [[nodiscard]] MlpInput input_of(std::vector<float> features) const;
    /// Values in ms.
    void predict(const MlpInput& input, std::span<double> values);

    /// The layers as they stand, over raw features, in ms.
    [[nodiscard]] std::vector<DenseLayer> layers() const;

  private:
    void choose_scale(std::span<const double> latency, TargetScale scale);
    void fold_in(std::vector<DenseLayer>& layers) const;

    std::size_t columns_;
    std::unique_ptr<MlpInput> input_;
    DenseLayer first_;  ///< over raw features, as given
    double shift_ = 0;
    double scale_ = 1;
    std::vector<float> targets_;
    std::unique_ptr<MlpNetwork> network_;
};

}  // namespace latpred
