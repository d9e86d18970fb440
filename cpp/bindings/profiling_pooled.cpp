// Regressions over all blocks at once.
#include "bindings/profiling.hpp"

namespace latpred::bindings {

void bind_pooled(py::module_& /*m*/) {}

}  // namespace latpred::bindings
