// Search that adds, drops and swaps blocks of units.
#include "bindings/profiling.hpp"

namespace latpred::bindings {

void bind_unit_search(py::module_& /*m*/) {}

}  // namespace latpred::bindings
