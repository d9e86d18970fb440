// What the binding files of guided search share.
#pragma once

#include "bindings/bindings.hpp"
#include "guided/readings.hpp"

namespace latpred::bindings {

/// Networks -> N x 3 array of latency and the ends of its interval in ms, as measurements.
/// `function` outlives what is returned.
Measure measure_by(const py::function& function);

void bind_guided_rounds(py::module_& m);
void bind_measuring(py::module_& m);

}  // namespace latpred::bindings
