// A predictor that feeds architectures to a stack of layers.
#pragma once

#include "neural/layer_stack.hpp"
#include "neural/network_input.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

/// value = shift + scale x output.
struct OutputScale {
    double shift = 0, scale = 1;
};

/// Its kind is that of `info`. Networks with equal graphs are computed once.
class StackModel : public Predictor {
  public:
    /// ConfigError where the stack reads other inputs, gives more than one output, or a scale is
    /// not finite.
    StackModel(const SpacePtr& space, ModelInfo info, NetworkInputPtr input, LayerStack stack,
               OutputScale target);

    [[nodiscard]] const LayerStack& stack() const { return stack_; }
    [[nodiscard]] const NetworkInput& input() const { return *input_; }
    void store(TensorFile& file) const override;

  protected:
    void predict(const Architectures& archs, std::span<double> values) const override;

  private:
    NetworkInputPtr input_;
    LayerStack stack_;
    OutputScale target_;
};

/// Of a file that `StackModel::store` wrote. CorruptionError.
OutputScale load_output_scale(const TensorFile& file);

}  // namespace latpred
