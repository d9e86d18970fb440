// Draws and designs of block profiles.
#include "bindings/profiling.hpp"

namespace latpred::bindings {

void bind_block_designs(py::module_& /*m*/) {}

}  // namespace latpred::bindings
