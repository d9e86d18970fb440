// Shares of the variance, interactions and Shapley values.
#include "bindings/profiling.hpp"

namespace latpred::bindings {

void bind_attribution(py::module_& /*m*/) {}

}  // namespace latpred::bindings
