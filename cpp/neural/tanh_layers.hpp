// Dense layers with tanh behind them, for inference.
#pragma once

#include <span>
#include <vector>

#include "neural/mlp.hpp"
#include "training/parameters.hpp"

namespace latpred {

/// tanh of each value, within some units of the last place of single precision. `values` starts at
/// a multiple of 16 bytes and holds a multiple of 4, so that equal values give equal results
/// wherever they stand.
void tanh_in_place(std::span<float> values);

/// Grows layer by layer, then immutable. A row's outputs are the same to the bit whatever rows
/// stand beside it.
class TanhLayers {
  public:
    /// ConfigError where its sizes do not fit the layer before, DataError for weights that are not
    /// finite.
    void add(const DenseLayer& layer);

    [[nodiscard]] std::size_t inputs() const { return layers_.front().inputs; }
    [[nodiscard]] std::size_t outputs() const { return layers_.back().outputs; }

    /// `x`: N x inputs, row-major; N x outputs. tanh stands behind each layer, the last one only
    /// where `bounded`. Polls the current monitor between some dozen rows.
    [[nodiscard]] std::vector<float> forward(std::span<const float> x, bool bounded) const;

  private:
    /// Weights as inputs x outputs; both padded, by zeros.
    struct Packed {
        std::size_t inputs, outputs, rows, width;
        FloatBlock weight, bias;
    };

    void forward_rows(std::span<const float> x, bool bounded, float* now, float* next,
                      std::span<float> out) const;

    std::vector<Packed> layers_;
    std::size_t widest_ = 0;
};

}  // namespace latpred
