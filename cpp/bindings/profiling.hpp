// What the binding files of profiling share; each binds one part of the room.
#pragma once

#include "bindings/bindings.hpp"

namespace latpred::bindings {

void bind_sites(py::module_& m);
void bind_block_designs(py::module_& m);
void bind_pooled(py::module_& m);
void bind_attribution(py::module_& m);
void bind_reduction(py::module_& m);
void bind_unit_search(py::module_& m);
void bind_pictures(py::module_& m);

}  // namespace latpred::bindings
