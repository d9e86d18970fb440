#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_judging(py::module_& m);
void bind_legacy(py::module_& m);
void bind_python_methods(py::module_& m);
void bind_transfer(py::module_& m);
void bind_device_tables(py::module_& m);
void bind_few_shot(py::module_& m);

}  // namespace latpred::bindings
