// A multi-layer perceptron for inference: features -> one number.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "training/parameters.hpp"

namespace latpred {

/// y = weight x + bias; `weight` is outputs x inputs, row-major, `bias` has `outputs` places.
struct DenseLayer {
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    std::vector<float> weight;
    std::vector<float> bias;
};

/// ConfigError where there is no layer, sizes do not fit each other or the last one has not one
/// output; DataError for weights that are not finite.
void check_layers(const std::vector<DenseLayer>& layers);

/// Dense layers with ReLU between them and one output. Immutable.
///
/// A row's output is the same to the bit whatever rows stand beside it: every sum runs from the
/// bias over the inputs in their order, in tiles of rows and alone, and inputs of 0, which single
/// rows skip, change no sum.
class Mlp {
  public:
    /// Throws as `check_layers`.
    explicit Mlp(std::vector<DenseLayer> layers);
    Mlp(const Mlp&) = delete;
    Mlp& operator=(const Mlp&) = delete;

    /// `x`: N x inputs, row-major; `values`: N.
    void forward(std::span<const float> x, std::span<double> values) const;

    [[nodiscard]] std::size_t inputs() const { return layers_.front().inputs; }
    [[nodiscard]] const std::vector<DenseLayer>& layers() const { return layers_; }

  private:
    /// Weights are kept inputs x outputs: an input of 0 (absent bits, and half of the units behind
    /// a ReLU) then saves reading its row, and reading is what a single prediction costs.
    struct Packed {
        std::size_t inputs, width;  ///< width: outputs, padded
        FloatBlock weight, bias;    ///< rows of padding are 0
    };

    void forward_row(const float* x, float* now, float* next, double& value) const;
    void forward_tiles(const float* x, float* now, float* next, std::span<double> values) const;

    std::vector<DenseLayer> layers_;
    std::vector<Packed> packed_;
    std::size_t widest_ = 0;
};

}  // namespace latpred
