// A multi-layer perceptron for inference: features -> one number.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "neural/mlp_rows.hpp"

namespace latpred {

/// y = weight x + bias; `weight` is outputs x inputs, row-major, `bias` has `outputs` places.
struct DenseLayer {
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    std::vector<float> weight;
    std::vector<float> bias;
};

/// Dense layers with ReLU between them and one output. Immutable.
class Mlp {
  public:
    /// ConfigError where sizes do not fit each other, DataError for weights that are not finite.
    explicit Mlp(std::vector<DenseLayer> layers);
    ~Mlp();
    Mlp(const Mlp&) = delete;
    Mlp& operator=(const Mlp&) = delete;

    /// `x`: N x inputs, row-major; `values`: N.
    void forward(std::span<const float> x, std::span<double> values) const;

    [[nodiscard]] std::size_t inputs() const { return layers_.front().inputs; }
    [[nodiscard]] const std::vector<DenseLayer>& layers() const { return layers_; }

  private:
    struct Tensors;

    std::vector<DenseLayer> layers_;
    std::unique_ptr<MlpRows> rows_;  ///< for few rows
    std::unique_ptr<Tensors> tensors_;
};

}  // namespace latpred
