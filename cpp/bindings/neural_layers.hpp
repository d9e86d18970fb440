// Dense layers as arrays.
#pragma once

#include <vector>

#include "bindings/bindings.hpp"
#include "neural/mlp.hpp"

namespace latpred::bindings {

/// A list of (weight, bias): outputs x inputs, outputs.
inline py::list as_arrays(std::vector<DenseLayer> layers) {
    py::list all;
    for (DenseLayer& layer : layers) {
        const std::vector<py::ssize_t> shape{static_cast<py::ssize_t>(layer.outputs),
                                             static_cast<py::ssize_t>(layer.inputs)};
        all.append(py::make_tuple(to_numpy(std::move(layer.weight), shape),
                                  to_numpy(std::move(layer.bias))));
    }
    return all;
}

}  // namespace latpred::bindings
