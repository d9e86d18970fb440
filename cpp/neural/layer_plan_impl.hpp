// The layers of a description, joined: which values each reads and where its parameters are.
#pragma once

#include <string>
#include <vector>

#include "neural/layer_stack.hpp"
#include "neural/stack_layer_impl.hpp"

namespace latpred {

struct PlannedLayer {
    StackLayer layer;
    std::vector<std::size_t> inputs;  ///< numbers of values: inputs first, then layers
    std::size_t first_tensor = 0;
};

struct LayerPlan {
    StackSpec spec;
    std::vector<std::string> input_names;
    std::vector<PlannedLayer> layers;
    std::vector<LayerTensor> tensors;  ///< of all layers; names behind those of their layers

    /// ConfigError as LayerStack.
    explicit LayerPlan(const std::string& description);

    [[nodiscard]] std::size_t outputs() const {
        return static_cast<std::size_t>(layers.back().layer.shape.width);
    }

    /// The outputs, a row a graph; with gradients where the parameters have them and modes say so.
    [[nodiscard]] at::Tensor run(const StackData& data, std::span<const std::uint32_t> rows,
                                 Tensors parameters, bool training, DropoutSeed dropout,
                                 bool learning = false) const;
};

}  // namespace latpred
