// HELP's network for inference, many networks at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/float_block.hpp"
#include "neural/layer_stack.hpp"

namespace latpred {

/// Weights of a stack of `help_layers`, packed for one device. A network's output is the same to
/// the bit whatever networks stand beside it.
class HelpForward {
  public:
    HelpForward(const LayerStack& stack, std::span<const float> device);

    /// Adds the output of each of the data's networks to `sums`. The data's "device" is not read.
    void add(const StackData& data, std::span<double> sums) const;

  private:
    /// Weights inputs x outputs, rows padded to whole vectors.
    struct Layer {
        std::size_t inputs, width;  ///< width: outputs, padded
        FloatBlock weight, bias;
    };

    void pack(const LayerStack& stack, const std::string& name);
    /// out (m x width) = max(x W + b, 0), or without the bound.
    void run(const Layer& layer, const float* x, std::size_t row_step, std::size_t m, float* out,
             bool bounded = true) const;
    /// Rows of fc2: m x its width.
    void read_cells(const StackData& data, std::size_t first, std::size_t m, FloatBlock& out) const;
    void read_choices(const StackData& data, std::size_t first, std::size_t m,
                      FloatBlock& out) const;

    bool cells_;
    std::vector<Layer> body_;  ///< gc1 to gc4, or fc1 and fc2
    std::vector<Layer> head_;  ///< fc3, fc4, fc5
    std::vector<float> hardware_;
};

}  // namespace latpred
