// Spaces reduced by what a profile says.
#include "bindings/profiling.hpp"

namespace latpred::bindings {

void bind_reduction(py::module_& /*m*/) {}

}  // namespace latpred::bindings
