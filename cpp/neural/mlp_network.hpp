// A perceptron that learns: forward, backward and first weights, over one block of parameters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/mlp.hpp"
#include "neural/mlp_input.hpp"
#include "training/parameters.hpp"

namespace latpred {

/// Layers of zeros: features, hidden widths, one output. ConfigError for a width of 0 or beyond
/// 2^16, or more than 2^28 weights.
std::vector<DenseLayer> zero_layers(std::size_t features, const std::vector<std::size_t>& hidden);

/// What stands behind each layer but the last.
enum class HiddenUnit : std::uint8_t { relu, tanh };

/// A layer as PyTorch's nn.Linear starts: weights and biases uniform within 1 / sqrt(inputs), from
/// the random numbers of layer `number` of a network of that seed.
DenseLayer drawn_layer(std::size_t inputs, std::size_t outputs, std::uint64_t seed,
                       std::size_t number);

/// Dense layers with ReLU or tanh between them and one output. Inside, a layer's weight is inputs x
/// outputs, so that a bit of the input selects a row: the first layer of bits is a sum of rows, its
/// gradient an addition to rows. Widths are padded to whole vectors by units that are 0 and stay 0.
class MlpNetwork {
  public:
    /// `sizes`: features, hidden widths. ConfigError as `zero_layers`.
    explicit MlpNetwork(const std::vector<std::size_t>& sizes, HiddenUnit unit = HiddenUnit::relu);

    /// Each layer as `drawn_layer`.
    void initialise(std::uint64_t seed);

    /// The outputs for `rows` of the input.
    void forward(const MlpInput& input, std::span<const std::uint32_t> rows,
                 std::span<float> values);

    /// The gradients of all parameters from those of the last forward's outputs.
    void backward(const MlpInput& input, std::span<const std::uint32_t> rows,
                  std::span<const float> slopes);

    [[nodiscard]] const Parameters& parameters() const { return parameters_; }
    [[nodiscard]] std::size_t inputs() const { return layers_.front().inputs; }

    /// Weights and biases, or with `parameters().gradients()` their gradients.
    [[nodiscard]] std::vector<DenseLayer> layers(std::span<const float> block) const;
    /// ConfigError where the sizes differ.
    void set_layers(const std::vector<DenseLayer>& layers);

  private:
    struct Layer {
        std::size_t inputs, outputs;  ///< as asked for
        std::size_t rows, width;      ///< as stored
    };

    static std::vector<Layer> layout(const std::vector<std::size_t>& sizes);
    static std::vector<Parameters::Tensor> tensors(const std::vector<Layer>& layers);
    void make_room(std::size_t batch);
    void bound(std::span<float> sums) const;
    void read_dense(const MlpInput& input, std::span<const std::uint32_t> rows);

    [[nodiscard]] std::span<float> weight(std::size_t i) const { return parameters_.value(2 * i); }
    [[nodiscard]] std::span<float> bias(std::size_t i) const {
        return parameters_.value(2 * i + 1);
    }

    std::vector<Layer> layers_;
    HiddenUnit unit_;
    Parameters parameters_;
    std::size_t room_ = 0;             ///< rows that the buffers hold
    FloatBlock dense_;                 ///< inputs of the batch that are no bits
    std::vector<FloatBlock> outputs_;  ///< of each layer, after ReLU or tanh
    std::vector<FloatBlock> slopes_;   ///< d loss / d output before them
};

}  // namespace latpred
