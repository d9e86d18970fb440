// What all binding files share. First include of each of them.
#pragma once

#include "bindings/integers.hpp"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <span>
#include <string>
#include <vector>

#include "bindings/base_arrays.hpp"
#include "bindings/monitor.hpp"

namespace latpred::bindings {

template <class T>
using Array = py::array_t<T, py::array::c_style | py::array::forcecast>;

/// A NumPy array that owns what the vector held.
template <class T>
py::array_t<T> to_numpy(std::vector<T>&& values, std::vector<py::ssize_t> shape = {}) {
    auto* owner = new std::vector<T>(std::move(values));
    py::capsule release(owner, [](void* p) { delete static_cast<std::vector<T>*>(p); });
    if (shape.empty())
        shape = {static_cast<py::ssize_t>(owner->size())};
    return py::array_t<T>(shape, owner->data(), release);
}

/// The values of a contiguous array, valid while the array lives.
template <class T>
std::span<const T> view(const Array<T>& array) {
    return {array.data(), static_cast<std::size_t>(array.size())};
}

using Release = py::call_guard<Cancellable>;

void register_errors();
void bind_exports();
void bind_graphs(py::module_& m);
void bind_kernels(py::module_& m);
void bind_peak_memory(py::module_& m);
void bind_measurement(py::module_& m);
void bind_networks(py::module_& m);
void bind_neural(py::module_& m);
void bind_sampling(py::module_& m);
void bind_guided(py::module_& m);
void bind_profiling(py::module_& m);
void bind_searching(py::module_& m);
void bind_predictors(py::module_& m);
void bind_spaces(py::module_& m);
void bind_training(py::module_& m);
void bind_encodings(py::module_& m);
void bind_base(py::module_& m);
void bind_datasets(py::module_& m);
void bind_device_generic(py::module_& m);
void bind_metrics(py::module_& m);
void bind_tuning(py::module_& m);

}  // namespace latpred::bindings
