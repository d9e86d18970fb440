// Arrays of Python as images and parameters of networks.
#pragma once

#include <vector>

#include "bindings/bindings.hpp"
#include "networks/network.hpp"
#include "networks/state_dict.hpp"

namespace latpred::bindings {

/// Real numbers as contiguous float32; ConfigError for anything else.
Array<float> real_array(const py::object& given, const std::string& what);

/// Arrays by name. ConfigError for anything but real numbers.
StateDict to_state_dict(const py::dict& given);
py::dict to_arrays(StateDict&& state);
py::array_t<float> to_array(NamedArray&& array);

/// N x C x H x W float32 images for that graph; ConfigError for anything else.
Array<float> image_batch(const OpGraph& graph, const py::object& given);
/// Zeros for the outputs of these images.
std::vector<float> room_for_output(const OpGraph& graph, const Array<float>& images);
/// N x F, or N x C x H x W where the output is no vector.
py::array_t<float> output_array(const OpGraph& graph, std::vector<float>&& values);

void bind_supernet(py::module_& m);
void bind_proxies(py::module_& m);
void bind_gradients(py::module_& m, py::class_<Network>& network);

}  // namespace latpred::bindings
